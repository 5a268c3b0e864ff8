import type { Profile, ProfileDraft } from "../backend/types";
import { clusterKey } from "./view";

/** What a profile was made from, with all that it was told beyond what the window shows. */
export function draftOf(profile: Profile): ProfileDraft {
  const { id, on, offAtMs, offBecause, lastOnMs, ports, ...told } = profile;
  return { ...told, ports: ports.map((port) => port.mapping) };
}

/**
 * Whether a forward that is on has to start anew when this is saved: it changes more than how it is listed and when it is
 * turned on and off. The engine decides by the same fields.
 */
export function startsAnew(profile: Profile, draft: ProfileDraft): boolean {
  return workings(draftOf(profile)) !== workings(draft);
}

function workings(draft: ProfileDraft): string {
  const { context, namespace, target, ports, bindAddress, transport, route, pods } = draft;
  return JSON.stringify([
    clusterKey(context),
    [namespace, target.kind, target.name, ports, bindAddress],
    [transport ?? "automatic", route ?? "automatic", draft.keepUnusedMinutes ?? null],
    [pods?.kind ?? "best", pods?.kind === "pinned" ? pods.name : "", draft.holdSeconds ?? null],
  ]);
}
