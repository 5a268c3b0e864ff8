import type { ClusterView, Colour, ContextRef } from "../backend/types";
import { clusterOf } from "./view";

/** How a cluster is marked, as it is shown. */
export interface ShownMark {
  production: boolean;
  colour: Colour | null;
}

/** The mark of a cluster; a production cluster without a colour is shown red. */
export function markOf(context: ContextRef, clusters: readonly ClusterView[]): ShownMark {
  const mark = clusterOf(context, clusters)?.mark;
  if (mark === undefined) return { production: false, colour: null };
  return { production: mark.production, colour: mark.colour ?? (mark.production ? "red" : null) };
}
