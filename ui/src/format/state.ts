import type { ForwardView } from "../backend/types";
import { text } from "../text";

/** What goes on in a state, beside its name; empty when there is nothing to say. */
export function stateDetail({ profile, state, pod, lastFailure }: ForwardView, now: number): string {
  switch (state.type) {
    case "off":
      return profile.offBecause ? text.options.offBecause(profile.offBecause) : "";
    case "needsAttention":
      return "";
    case "connecting":
      return text.step[state.step];
    case "ready":
      if (lastFailure !== null) return text.stateDetail.lastFailed;
      return pod === null ? text.stateDetail.resting : text.stateDetail.ready;
    case "live":
      return text.stateDetail.connections(state.connections);
    case "reconnecting":
      if (state.retryAtMs === null) return text.stateDetail.trying;
      return text.stateDetail.nextTry(Math.ceil((state.retryAtMs - now) / 1000));
  }
}
