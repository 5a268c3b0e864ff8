import type { ClusterView, ContextRef } from "../backend/types";
import { text } from "../text/en";
import type { Model } from "./model";
import { clusterKey, clusterLabel, type Section } from "./view";

/** The clusters that can be chosen, in the order in which the engine offers them. */
export function clusterChoices({
  catalog,
  clusters,
}: Model): { value: string; label: string; hint?: string }[] {
  return clusters.map(({ context, hint }) => ({
    value: clusterKey(context),
    label: clusterLabel(context, clusters),
    ...(isCurrent(context, catalog.current)
      ? { hint: text.newForward.currentContext }
      : hint === undefined
        ? {}
        : { hint }),
  }));
}

/** The context behind a choice; null for what is none. */
export function contextOf(key: string, clusters: readonly ClusterView[]): ContextRef | null {
  return clusters.find(({ context }) => clusterKey(context) === key)?.context ?? null;
}

/** The cluster that New forward begins with: the one whose forwards are shown, else the person's current context, else the only one there is. */
export function likelyContext({ catalog, clusters, forwards }: Model, section: Section): ContextRef | null {
  if (section.type === "cluster") return contextOf(section.key, clusters);
  const current = clusters.find(({ context }) => isCurrent(context, catalog.current));
  if (current !== undefined) return current.context;
  const [first, second] = clusters.filter(({ context }) => context.kind !== "demo");
  if (first !== undefined && second === undefined) return first.context;
  const used = forwards.at(-1)?.profile.context;
  if (used !== undefined) return used;
  return first === undefined ? (clusters[0]?.context ?? null) : null;
}

function isCurrent(context: ContextRef, current: string | null): boolean {
  return context.kind === "kubeconfig" && context.file === undefined && context.name === current;
}
