import { keep, readKept } from "./kept";

/** Sizes of text in percent. */
const SIZES = [80, 90, 100, 110, 125, 150, 175, 200];
const USUAL = 100;

/** How large everything in the window is. */
export class Zoom {
  percent = $state(USUAL);

  constructor() {
    const kept = readKept("zoom");
    if (typeof kept === "number" && SIZES.includes(kept)) this.#set(kept);
  }

  larger(): void {
    this.#set(SIZES.find((size) => size > this.percent) ?? this.percent);
  }

  smaller(): void {
    this.#set(SIZES.findLast((size) => size < this.percent) ?? this.percent);
  }

  usual(): void {
    this.#set(USUAL);
  }

  #set(percent: number): void {
    this.percent = percent;
    keep("zoom", percent);
    const { style } = document.documentElement;
    const zoom = percent === USUAL ? "" : String(percent / 100);
    style.setProperty("zoom", zoom);
    // The units of the window know nothing of it.
    style.setProperty("--zoom", zoom);
  }
}
