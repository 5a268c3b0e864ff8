import type { ClusterView, ContextRef, ForwardView } from "../backend/types";
import { compareNames } from "../format/sorting";
import { text } from "../text";

/** Which forwards the list shows. */
export type Section =
  | { type: "all" }
  | { type: "active" }
  | { type: "favourites" }
  | { type: "group"; key: string }
  | { type: "cluster"; key: string };

/** A cluster that has forwards, as the sidebar shows it. */
export interface ClusterGroup {
  key: string;
  label: string;
  total: number;
  active: number;
}

/** A group that somebody put forwards into, as the sidebar shows it. */
export interface ForwardGroup {
  name: string;
  total: number;
  active: number;
}

/** What a person calls the cluster. One that is gone is called what is known of it. */
export function clusterLabel(context: ContextRef, clusters: readonly ClusterView[]): string {
  switch (context.kind) {
    case "demo":
      return text.demoCluster;
    case "kubeconfig":
      return context.name;
    case "own":
      return clusterOf(context, clusters)?.name ?? text.removedCluster;
  }
}

/** The cluster that a profile means; undefined where it is gone. */
export function clusterOf(context: ContextRef, clusters: readonly ClusterView[]): ClusterView | undefined {
  const key = clusterKey(context);
  return clusters.find((cluster) => clusterKey(cluster.context) === key);
}

/** Tells contexts apart, also when a context is called like the demo cluster. */
export function clusterKey(context: ContextRef): string {
  switch (context.kind) {
    case "demo":
      return "demo";
    case "kubeconfig":
      return context.file === undefined
        ? `kubeconfig:${context.name}`
        : `file:${JSON.stringify([context.name, context.file])}`;
    case "own":
      return `own:${context.id}`;
  }
}

/** Whether the forward does or wants anything at the moment. */
export function isActive(forward: ForwardView): boolean {
  return forward.profile.on || forward.state.type !== "off";
}

/** The clusters that have forwards, by name. */
export function clusterGroups(
  forwards: readonly ForwardView[],
  clusters: readonly ClusterView[],
): ClusterGroup[] {
  const groups = new Map<string, ClusterGroup>();
  for (const forward of forwards) {
    const { context } = forward.profile;
    const key = clusterKey(context);
    const group = groups.get(key) ?? { key, label: clusterLabel(context, clusters), total: 0, active: 0 };
    group.total += 1;
    if (isActive(forward)) group.active += 1;
    groups.set(key, group);
  }
  return [...groups.values()].sort((a, b) => compareNames(a.label, b.label));
}

/** The groups that have forwards, by name. */
export function forwardGroups(forwards: readonly ForwardView[]): ForwardGroup[] {
  const groups = new Map<string, ForwardGroup>();
  for (const forward of forwards) {
    const name = forward.profile.group ?? "";
    if (name === "") continue;
    const group = groups.get(name) ?? { name, total: 0, active: 0 };
    group.total += 1;
    if (isActive(forward)) group.active += 1;
    groups.set(name, group);
  }
  return [...groups.values()].sort((a, b) => compareNames(a.name, b.name));
}

/** Whether the section has the forward. */
export function inSection(forward: ForwardView, section: Section): boolean {
  switch (section.type) {
    case "all":
      return true;
    case "active":
      return isActive(forward);
    case "favourites":
      return forward.profile.favourite ?? false;
    case "group":
      return forward.profile.group === section.key;
    case "cluster":
      return clusterKey(forward.profile.context) === section.key;
  }
}
