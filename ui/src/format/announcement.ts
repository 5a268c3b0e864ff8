import type { ForwardState, ForwardView } from "../backend/types";
import { text } from "../text";

/** What a screen reader says when a forward comes out of a state; null where the person did it or nothing is at stake. */
export function announcement(before: ForwardState["type"], { profile, state }: ForwardView): string | null {
  if (state.type === before) return null;
  switch (state.type) {
    case "off":
      return profile.offBecause?.type === "timeIsUp" ? text.announce.timeIsUp(profile.name) : null;
    case "connecting":
      return null;
    case "ready":
      return before === "live" ? null : text.announce.connected(profile.name);
    case "live":
      return before === "ready" ? null : text.announce.connected(profile.name);
    case "reconnecting":
      return text.announce.reconnecting(profile.name, state.reason.what);
    case "needsAttention":
      return text.announce.problem(profile.name, state.problem.what);
  }
}
