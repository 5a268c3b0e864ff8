import "./plotLanguage";
import Plot from "uplot";
import "uplot/dist/uPlot.min.css";

/** How the picture is to be, apart from what it shows. */
export interface PlotStyle {
  width: number;
  height: number;
  /** How a number of bytes per second is written beside the picture. */
  rate: (bytes: number) => string;
}

/** A picture of two rates over time, in the colours of the window. */
export interface ThroughputPlot {
  /** The latest last; `until` is the second after it, since 1970. */
  show(until: number, received: readonly number[], sent: readonly number[]): void;
  resize(width: number): void;
  /** The window's colours are others now. */
  recolour(): void;
  remove(): void;
}

/** The least that the picture is high, in bytes per second: less than that looks like little. */
const LEAST = 1000;
/** Room for what is written beside it, in pixels. */
const BESIDE = 64;

/** Draws into this element. */
export function plotInto(element: HTMLElement, { width, height, rate }: PlotStyle): ThroughputPlot {
  const token = (name: string) => getComputedStyle(element).getPropertyValue(name).trim();
  const faint = (name: string) => `color-mix(in srgb, ${token(name)} 16%, transparent)`;
  const plot = new Plot(
    {
      width,
      height,
      padding: [8, 0, 8, 0],
      legend: { show: false },
      cursor: { show: false },
      scales: {
        x: { time: false },
        y: { range: (_, __, most) => [0, roundUp(Math.max(most, LEAST))] },
      },
      axes: [
        { show: false },
        {
          side: 1,
          size: BESIDE,
          gap: 6,
          font: `11px ${token("--font")}`,
          stroke: () => token("--text-faint"),
          grid: { stroke: () => token("--line"), width: 1 },
          ticks: { show: false },
          splits: (_, __, ___, most) => [0, most / 2, most],
          values: (_, splits) => splits.map((bytes) => (bytes === 0 ? "0" : rate(bytes))),
        },
      ],
      series: [
        {},
        {
          stroke: () => token("--accent"),
          fill: () => faint("--accent"),
          width: 1.5,
          points: { show: false },
        },
        { stroke: () => token("--mark-purple"), width: 1.5, dash: [4, 3], points: { show: false } },
      ],
    },
    [[], [], []],
    element,
  );
  return {
    show(until, received, sent) {
      const seconds = received.map((_, at) => until - received.length + at);
      plot.setData([seconds, [...received], [...sent]]);
    },
    resize: (wider) => plot.setSize({ width: wider, height }),
    recolour: () => plot.redraw(false, true),
    remove: () => plot.destroy(),
  };
}

/** The next number of the kind 1, 2 or 5 with zeros, so that the scale does not change with each second. */
function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const step = [1, 2, 5, 10].find((step) => step * power >= value) ?? 10;
  return step * power;
}
