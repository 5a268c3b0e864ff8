import type { TargetKind, TargetSummary } from "../backend/types";
import { keyOf } from "./targets";

/** Heights of what a list of targets consists of, in pixels, where an obstacle takes one line; its styles hold to them. */
export const HEIGHT = { heading: 28, option: 28, obstacle: 48 } as const;

/** One option, or the heading of a kind. */
export type Row =
  | { type: "heading"; key: string; kind: TargetKind }
  /** `position` counts options from 1. */
  | { type: "option"; key: string; summary: TargetSummary; position: number };

/** The targets, which come kind by kind, each kind below its heading. */
export function rowsOf(targets: readonly TargetSummary[]): Row[] {
  const rows: Row[] = [];
  let kind: TargetKind | null = null;
  targets.forEach((summary, index) => {
    if (summary.target.kind !== kind) {
      kind = summary.target.kind;
      rows.push({ type: "heading", key: kind, kind });
    }
    rows.push({ type: "option", key: keyOf(summary.target), summary, position: index + 1 });
  });
  return rows;
}

/** In pixels. */
export function heightOf(row: Row): number {
  if (row.type === "heading") return HEIGHT.heading;
  return row.summary.obstacle === null ? HEIGHT.option : HEIGHT.obstacle;
}
