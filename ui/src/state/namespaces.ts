import type { ContextRef, ForwardView } from "../backend/types";
import { text } from "../text";
import { clusterKey } from "./view";

/** A namespace with its cluster, as recent uses are remembered. */
export function namespaceKey(context: ContextRef, namespace: string): string {
  return JSON.stringify([clusterKey(context), namespace]);
}

/**
 * The namespaces of a cluster to choose from: first those that were used lately, the latest first, then those that forwards
 * lead to, then the others by name.
 */
export function namespaceChoices(
  names: readonly string[],
  context: ContextRef,
  recent: readonly string[],
  forwards: readonly ForwardView[],
): { value: string; label: string; hint?: string }[] {
  const there = new Set(names);
  const of = new Map(names.map((name) => [namespaceKey(context, name), name]));
  const key = clusterKey(context);
  const inUse = forwards
    .filter(({ profile }) => clusterKey(profile.context) === key && there.has(profile.namespace))
    .map(({ profile }) => profile.namespace)
    .sort();
  const first = new Set([...recent.flatMap((used) => of.get(used) ?? []), ...inUse]);
  return [
    ...[...first].map((name) => ({ value: name, label: name, hint: text.arrange.usedNamespace })),
    ...names.filter((name) => !first.has(name)).map((name) => ({ value: name, label: name })),
  ];
}
