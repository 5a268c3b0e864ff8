import type { ContextRef } from "../backend/types";
import { text } from "../text/en";
import type { Model } from "./model";
import { clusterKey, type Section } from "./view";

const KUBECONFIG = "kubeconfig:";

/** The clusters that can be chosen: the person's contexts, then the demo cluster. */
export function clusterChoices({ catalog, demo }: Model): { value: string; label: string; hint?: string }[] {
  const own = catalog.contexts.map(({ name }) => ({
    value: clusterKey({ kind: "kubeconfig", name }),
    label: name,
    ...(name === catalog.current ? { hint: text.newForward.currentContext } : {}),
  }));
  const inside =
    demo === "unavailable" ? [] : [{ value: clusterKey({ kind: "demo" }), label: text.demoCluster }];
  return [...own, ...inside];
}

/** The context behind a choice; null for what is none. */
export function contextOf(key: string): ContextRef | null {
  if (key === "demo") return { kind: "demo" };
  return key.startsWith(KUBECONFIG) ? { kind: "kubeconfig", name: key.slice(KUBECONFIG.length) } : null;
}

/** The cluster that New forward begins with: the one whose forwards are shown, else the person's current context, else the only one there is. */
export function likelyContext({ catalog, forwards, demo }: Model, section: Section): ContextRef | null {
  if (section.type === "cluster") return contextOf(section.key);
  if (catalog.current !== null) return { kind: "kubeconfig", name: catalog.current };
  const [first, second] = catalog.contexts;
  if (first !== undefined && second === undefined) return { kind: "kubeconfig", name: first.name };
  const used = forwards.at(-1)?.profile.context;
  if (used !== undefined) return used;
  return first === undefined && demo !== "unavailable" ? { kind: "demo" } : null;
}
