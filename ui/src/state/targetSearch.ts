import type { Target, TargetKind, TargetSummary } from "../backend/types";
import { text } from "../text";

/** Neither in names nor in ports, so that whoever types it means labels. */
const OF_LABELS = /[=!]| in \(| notin \(/;
/** What may be the name of a pod. */
const A_NAME = /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/;
/** The targets that match what was typed; what it names itself where none does. */
export function searchTargets(list: readonly TargetSummary[], search: string): readonly TargetSummary[] {
  const typed = search.trim();
  if (OF_LABELS.test(typed)) return [typedTarget("selector", typed)];
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  const found = words.length === 0 ? list : list.filter((summary) => matches(summary, words));
  // Where pods may not be listed one can still be named.
  return found.length === 0 && A_NAME.test(typed) ? [typedTarget("pod", typed)] : found;
}

/** Whether two targets are the same thing. */
export function sameTarget(a: Target, b: Target): boolean {
  return a.kind === b.kind && a.name === b.name;
}

/** What was typed; how many pods there are and what their ports are, nobody has counted. */
export function typedTarget(kind: TargetKind, name: string): TargetSummary {
  return { target: { kind, name }, ready: 0, wanted: 0, ports: [], obstacle: null };
}

/** What is searched in; a summary is another one when it changes. */
const haystacks = new WeakMap<TargetSummary, string>();

function matches(summary: TargetSummary, words: string[]): boolean {
  let haystack = haystacks.get(summary);
  if (haystack === undefined) {
    const ports = summary.ports.map((port) => `${port.number} ${port.name ?? ""}`).join(" ");
    haystack = `${text.kind[summary.target.kind]} ${summary.target.name} ${ports}`.toLowerCase();
    haystacks.set(summary, haystack);
  }
  return words.every((word) => haystack.includes(word));
}
