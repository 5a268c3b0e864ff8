import type { Browsed, Problem, Target, TargetKind, TargetSummary } from "../backend/types";

/** The order in which kinds are listed. */
export const KINDS: readonly TargetKind[] = [
  "selector",
  "service",
  "deployment",
  "statefulSet",
  "daemonSet",
  "replicaSet",
  "job",
  "pod",
];

/** What can be forwarded to in a namespace, as far as it is known. */
export interface Targets {
  /** By kind and name. */
  readonly list: readonly TargetSummary[];
  /** Whether all lists have come. */
  readonly complete: boolean;
  /** What could not be listed. */
  readonly notices: readonly Problem[];
  /** What has come since the look was begun again; null once it is complete, when what has not come is gone. */
  readonly fresh: ReadonlySet<string> | null;
}

/** What is known before anything is. */
export const noTargets: Targets = { list: [], complete: false, notices: [], fresh: new Set() };

/** The look begins again: all comes once more, and meanwhile what was known is shown. */
export function begunAgain(targets: Targets): Targets {
  return { ...targets, complete: false, fresh: new Set() };
}

/** What is known after this. The work is that of going through the list once. */
export function browse(targets: Targets, news: Extract<Browsed, { type: "targets" }>): Targets {
  const changed = new Set<string>();
  for (const summary of news.put) changed.add(keyOf(summary.target));
  const fresh = targets.fresh === null ? null : new Set([...targets.fresh, ...changed]);
  const gone = new Set(news.gone.map(keyOf));
  const whole = fresh !== null && news.complete;
  const stays = ({ target }: TargetSummary) => {
    const key = keyOf(target);
    return !changed.has(key) && !gone.has(key) && (!whole || fresh.has(key));
  };
  const list = merge(targets.list.filter(stays), news.put.toSorted(compare));
  return { list, complete: news.complete, notices: news.notices, fresh: whole ? null : fresh };
}

/** Tells a target from all others of its namespace. */
export function keyOf(target: Target): string {
  let key = keys.get(target);
  if (key === undefined) {
    key = `${target.kind}/${target.name}`;
    keys.set(target, key);
  }
  return key;
}

/** Made once for each: lists are gone through at each change. */
const keys = new WeakMap<Target, string>();

/** The target as it is known now. */
export function find(targets: Targets, target: Target): TargetSummary | undefined {
  const key = keyOf(target);
  return targets.list.find((summary) => keyOf(summary.target) === key);
}

const rank = new Map(KINDS.map((kind, index) => [kind, index]));

function compare(a: TargetSummary, b: TargetSummary): number {
  const byKind = (rank.get(a.target.kind) ?? 0) - (rank.get(b.target.kind) ?? 0);
  if (byKind !== 0) return byKind;
  return a.target.name < b.target.name ? -1 : a.target.name > b.target.name ? 1 : 0;
}

/** Two sorted lists as one. */
function merge(a: readonly TargetSummary[], b: readonly TargetSummary[]): TargetSummary[] {
  const merged: TargetSummary[] = [];
  let next = 0;
  for (const summary of a) {
    for (let other = b[next]; other !== undefined && compare(other, summary) < 0; other = b[++next]) {
      merged.push(other);
    }
    merged.push(summary);
  }
  return [...merged, ...b.slice(next)];
}
