import type { TargetKind, TargetSummary } from "../backend/types";
import { keyOf } from "./targets";

/** Heights of what a list of targets consists of, in pixels; its styles hold to them. */
export const HEIGHT = { heading: 28, option: 28, obstacle: 48 } as const;

/** One option, or the heading of a kind, with its place in the list. */
export type Row =
  | { type: "heading"; key: string; kind: TargetKind; top: number; height: number }
  /** `position` counts options from 1. */
  | { type: "option"; key: string; summary: TargetSummary; position: number; top: number; height: number };

/** All rows of the list, and how high it is. */
export interface Layout {
  readonly rows: readonly Row[];
  readonly height: number;
  readonly options: number;
}

/** Where everything is. The targets come kind by kind. */
export function layOut(targets: readonly TargetSummary[]): Layout {
  const rows: Row[] = [];
  let top = 0;
  let kind: TargetKind | null = null;
  targets.forEach((summary, index) => {
    if (summary.target.kind !== kind) {
      kind = summary.target.kind;
      rows.push({ type: "heading", key: kind, kind, top, height: HEIGHT.heading });
      top += HEIGHT.heading;
    }
    const height = summary.obstacle === null ? HEIGHT.option : HEIGHT.obstacle;
    rows.push({ type: "option", key: keyOf(summary.target), summary, position: index + 1, top, height });
    top += height;
  });
  return { rows, height: top, options: targets.length };
}

/** The kind that the row belongs to. */
export function kindOf(row: Row): TargetKind {
  return row.type === "heading" ? row.kind : row.summary.target.kind;
}

/** The rows that are to be seen between these heights. */
export function between(layout: Layout, from: number, to: number): readonly Row[] {
  return layout.rows.slice(at(layout, from), at(layout, to) + 1);
}

/** The index of the row at this height: of the first or the last where there is none. */
export function at({ rows }: Layout, height: number): number {
  let low = 0;
  let high = rows.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((rows[middle]?.top ?? 0) <= height) low = middle;
    else high = middle - 1;
  }
  return low;
}
