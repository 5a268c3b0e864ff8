import type { Event, ProfileId, TimelineCode, TimelineEntry } from "../types";

/** The pasts of scripted forwards. */
export class Timelines {
  readonly #entries: Map<ProfileId, TimelineEntry[]>;

  constructor(
    before: Record<ProfileId, TimelineEntry[]>,
    readonly tell: (event: Event) => void,
  ) {
    this.#entries = new Map(Object.entries(before));
  }

  of(id: ProfileId): TimelineEntry[] {
    return this.#entries.get(id) ?? [];
  }

  add(id: ProfileId, code: TimelineCode, what: string, detail = ""): void {
    const entries = this.of(id);
    const now = Date.now();
    const number = (entries.at(-1)?.number ?? 0) + 1;
    const entry = { number, atMs: now, firstMs: now, count: 1, code, what, detail };
    this.#entries.set(id, [...entries, entry]);
    this.tell({ type: "happened", id, entry });
  }
}

/** Seconds ago, what happened, and why; a number at the end is how often, since when it happened first. */
type Told = [number, TimelineCode, string, string?, [number, number]?];

/** A day of a forward, in the engine's words. */
const eventful: Told[] = [
  [94_000, "turnedOn", "Turned on."],
  [94_000, "listening", "Listening on 127.0.0.1:52341, 127.0.0.1:52342."],
  [
    94_000,
    "shadowed",
    "Another program may be reached instead.",
    "localhost:52341 may lead to the program nginx (process 4123), which listens on ::1. Use 127.0.0.1:52341.",
  ],
  [93_999, "findingPod", "Looking for a pod."],
  [93_998, "tunnelOpened", "Tunnel opened.", "Pod catalog-7c5ddbdf54-zq5wd, by WebSocket tunnel."],
  [90_010, "released", "Tunnel released.", "Nobody used it. It opens again with the next connection."],
  [6_730, "findingPod", "Looking for a pod."],
  [6_729, "tunnelOpened", "Tunnel opened.", "Pod catalog-7c5ddbdf54-zq5wd, by WebSocket tunnel."],
  [
    4_360,
    "connectionFailed",
    "Connection to port 52342 failed.",
    "Nothing listens on port 9102 in the pod. The pod catalog-7c5ddbdf54-zq5wd refused the connection.",
    [17, 5_100],
  ],
  [
    3_020,
    "tunnelLost",
    "Tunnel lost.",
    "The pod catalog-7c5ddbdf54-zq5wd is being stopped. A rollout or a person did that.",
  ],
  [
    2_980,
    "waiting",
    "No tunnel; next try in 8 s.",
    "No pod of deployment catalog is running. It wants 3 pods, and none of them is ready.",
    [5, 3_010],
  ],
  [2_972, "back", "Back after 48 s.", "Pod catalog-7c5ddbdf54-9hv7n, by WebSocket tunnel."],
  [
    1_490,
    "needsAttention",
    "You are not signed in to staging any more.",
    "The token of the user ada has expired.",
  ],
  [1_390, "findingPod", "Looking for a pod."],
  [1_389, "back", "Back after 1 min 41 s.", "Pod catalog-7c5ddbdf54-9hv7n, by WebSocket tunnel."],
  [310, "podChanged", "Another pod serves now.", "Pod catalog-7c5ddbdf54-4xk2p, by WebSocket tunnel."],
];

/** The past of a forward to which much has happened. */
export function eventfulDay(): TimelineEntry[] {
  const now = Date.now();
  return eventful.map(([ago, code, what, detail = "", [count, since] = [1, ago]], index) => ({
    number: index + 1,
    atMs: now - ago * 1000,
    firstMs: now - since * 1000,
    count,
    code,
    what,
    detail,
  }));
}
