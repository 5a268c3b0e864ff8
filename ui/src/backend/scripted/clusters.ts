import type { ClusterView, ContextCatalog } from "../types";

/** The clusters that can be chosen: the contexts of the kubeconfigs, then the demo cluster. */
export function clustersOf({ contexts }: ContextCatalog): ClusterView[] {
  const none = {
    standing: { type: "unknown" },
    mark: { production: false, colour: null },
    signInMethods: [],
  };
  const usual = none as unknown as Pick<ClusterView, "standing" | "mark" | "signInMethods">;
  return [
    ...contexts.map(({ name, server, file, shadowed }): ClusterView => {
      const told = shadowed ? { file } : {};
      return {
        context: { kind: "kubeconfig", name, ...told },
        name,
        server,
        ...(shadowed ? { hint: file } : {}),
        ...usual,
      };
    }),
    { context: { kind: "demo" }, name: "Demo cluster", server: "", ...usual },
  ];
}
