import type { ClusterView, ContextCatalog, ContextEntry, ContextRef } from "../backend/types";
import type { PortForwardLine } from "../format/portForwardLine";
import { text } from "../text";
import type { Model } from "./model";
import { clusterGroups, clusterKey, clusterLabel, type Section } from "./view";

/** The clusters that can be chosen, in the order in which the engine offers them, and the one that is, if it is gone. */
export function clusterChoices(
  { catalog, clusters }: Model,
  chosen: ContextRef | null = null,
): { value: string; label: string; hint?: string }[] {
  const offered = clusters.map(({ context, hint, mark }) => {
    const told = isCurrent(context, catalog.current) ? text.newForward.currentContext : hint;
    const hints = [
      ...(mark?.production ? [text.clusters.production] : []),
      ...(told === undefined ? [] : [told]),
    ];
    return {
      value: clusterKey(context),
      label: clusterLabel(context, clusters),
      ...(hints.length === 0 ? {} : { hint: text.clusters.choiceHint(hints) }),
    };
  });
  if (chosen === null || contextOf(clusterKey(chosen), clusters) !== null) return offered;
  return [...offered, { value: clusterKey(chosen), label: clusterLabel(chosen, clusters) }];
}

/** A cluster at the side, with its forwards counted. */
export interface ShownCluster {
  view: ClusterView;
  total: number;
  active: number;
}

/** All clusters that can be chosen, then those that are gone and have forwards still. */
export function shownClusters({ clusters, forwards }: Model): ShownCluster[] {
  const groups = new Map(clusterGroups(forwards, clusters).map((group) => [group.key, group]));
  const shown = clusters.map((view) => {
    const { total = 0, active = 0 } = groups.get(clusterKey(view.context)) ?? {};
    return { view, total, active };
  });
  const known = new Set(clusters.map(({ context }) => clusterKey(context)));
  const gone = [...groups.values()].filter(({ key }) => !known.has(key));
  return [
    ...shown,
    ...gone.flatMap(({ key, label, total, active }) => {
      const context = forwards.find(({ profile }) => clusterKey(profile.context) === key)?.profile.context;
      return context === undefined ? [] : [{ view: goneView(context, label), total, active }];
    }),
  ];
}

/** The context behind a choice; null for what is none. */
export function contextOf(key: string, clusters: readonly ClusterView[]): ContextRef | null {
  return clusters.find(({ context }) => clusterKey(context) === key)?.context ?? null;
}

/** What the kubeconfigs say of a context; of those of one name in several files, the one that is meant. */
export function entryOf(context: ContextRef, { contexts }: ContextCatalog): ContextEntry | undefined {
  if (context.kind !== "kubeconfig") return undefined;
  return contexts.find(
    ({ name, file, shadowed }) =>
      name === context.name && (context.file === undefined ? !shadowed : file === context.file),
  );
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

/** The cluster that a command line leads to; null for one that Culvert does not know. `first` where the line says nothing. */
export function contextOfLine(
  { context, kubeconfig, server }: PortForwardLine,
  { catalog, clusters }: Model,
  first: ContextRef | null,
): ContextRef | null {
  if (server !== null)
    return clusters.find((cluster) => isSameServer(cluster.server, server))?.context ?? null;
  if (kubeconfig === null) return context === null ? first : { kind: "kubeconfig", name: context };
  const inFile = catalog.contexts.filter(
    ({ name, file }) => isSameFile(file, kubeconfig) && (context === null || name === context),
  );
  const [entry, another] = inFile;
  if (entry === undefined || another !== undefined) return null;
  const { name, file, shadowed } = entry;
  return { kind: "kubeconfig", name, ...(shadowed ? { file } : {}) };
}

function isSameServer(one: string, other: string): boolean {
  const plain = (url: string) => url.replace(/\/+$/, "").toLowerCase();
  return plain(one) === plain(other);
}

/** A shell would have put the home directory in the place of `~`. */
function isSameFile(path: string, written: string): boolean {
  return path === written || (written.startsWith("~/") && path.endsWith(written.slice(1)));
}

function isCurrent(context: ContextRef, current: string | null): boolean {
  return context.kind === "kubeconfig" && context.file === undefined && context.name === current;
}

/** What is left of a cluster that is gone. */
function goneView(context: ContextRef, name: string): ClusterView {
  return {
    context,
    name,
    server: "",
    standing: { type: "unknown" },
    mark: { production: false, colour: null },
    signInMethods: [],
  };
}
