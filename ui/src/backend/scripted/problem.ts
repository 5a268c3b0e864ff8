import type { Problem, ProblemCode } from "../types";

/** A problem in the engine's manner. */
export function problem(code: ProblemCode, words: Partial<Problem>): Problem {
  return { code, what: "", why: "", remedy: "", action: null, port: null, ...words };
}

/** In the engine's words for a profile that is bound to what does not work. */
export const noTransport: Problem = problem("noTransport", {
  what: "The cluster, or something on the way to it, does not let port-forwards through.",
  why: "What was tried: SPDY inside a WebSocket: the server does not switch protocols (400 Bad Request).",
  remedy:
    "Set the transport and the route of this forward to automatic: it is bound to what does not work here.",
  action: { type: "edit" },
});
