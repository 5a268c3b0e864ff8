import type { Connections, ConnectionView, Event, ForwardView, ProfileId } from "../types";

/** The open connections of scripted forwards. */
export class ScriptedConnections {
  readonly #open = new Map<ProfileId, Connections>();
  readonly #watched = new Set<ProfileId>();
  #latest = 1000;

  /** `before`: those that are open from the start, in place of as many as the forward says. */
  constructor(
    forwards: readonly ForwardView[],
    before: Record<ProfileId, Connections>,
    readonly tell: (event: Event) => void,
  ) {
    for (const { profile, state, pod } of forwards) {
      const count = state.type === "live" ? state.connections : 0;
      const seeded = Array.from({ length: count }, (_, at) => connection(count - at, at * 47, pod));
      this.#open.set(profile.id, before[profile.id] ?? { listed: seeded, leftOff: 0 });
    }
  }

  watch(id: ProfileId): void {
    this.#watched.add(id);
    this.#told(id);
  }

  stop(id: ProfileId): void {
    this.#watched.delete(id);
  }

  /** Whether somebody looks. */
  isWatched(id: ProfileId): boolean {
    return this.#watched.has(id);
  }

  count(id: ProfileId): number {
    const { listed, leftOff } = this.#of(id);
    return listed.length + leftOff;
  }

  /** A program connects; answers how many there are now. */
  open(id: ProfileId, pod: string | null): number {
    const { listed, leftOff } = this.#of(id);
    this.#latest += 1;
    this.#set(id, { listed: [connection(this.#latest, 0, pod), ...listed], leftOff });
    return this.count(id);
  }

  /** One ends: that of this number, or else the latest. Answers how many are left. */
  close(id: ProfileId, number?: number): number {
    const { listed, leftOff } = this.#of(id);
    const gone = number ?? listed[0]?.number;
    this.#set(id, { listed: listed.filter((one) => one.number !== gone), leftOff });
    return this.count(id);
  }

  closeAll(id: ProfileId): void {
    this.#set(id, { listed: [], leftOff: 0 });
  }

  /** The latest one that is carried moves bytes. */
  move(id: ProfileId, received: number, sent: number): void {
    const { listed, leftOff } = this.#of(id);
    const at = listed.findIndex(({ state }) => state.type === "open");
    const known = listed[at];
    if (known === undefined) return;
    const moved = { ...known, bytesIn: known.bytesIn + received, bytesOut: known.bytesOut + sent };
    this.#set(id, { listed: listed.with(at, moved), leftOff });
  }

  #of(id: ProfileId): Connections {
    return this.#open.get(id) ?? { listed: [], leftOff: 0 };
  }

  #set(id: ProfileId, connections: Connections): void {
    this.#open.set(id, connections);
    this.#told(id);
  }

  #told(id: ProfileId): void {
    if (this.#watched.has(id)) this.tell({ type: "connections", id, connections: this.#of(id) });
  }
}

/** A program that connected so many seconds ago; without a pod it waits. */
function connection(number: number, secondsAgo: number, pod: string | null): ConnectionView {
  return {
    number,
    from: `127.0.0.1:${50_000 + (number % 10_000)}`,
    port: 0,
    state: pod === null ? { type: "waiting" } : { type: "open", pod },
    openedAtMs: Date.now() - secondsAgo * 1000,
    bytesIn: secondsAgo * 13_400,
    bytesOut: secondsAgo * 420,
  };
}

/** More than are listed, to two pods, and some that wait. */
export function crowdOfCallers(): Connections {
  const listed = Array.from({ length: 128 }, (_, at) => {
    const pod = at < 2 ? null : `catalog-7c5ddbdf54-${at % 2 === 0 ? "4xk2p" : "9hv7n"}`;
    return connection(400 - (at < 64 ? at : at + 200), at * 31, pod);
  });
  return {
    listed: listed.map((one, at) => (at === 3 ? { ...one, from: "192.168.178.204:51177" } : one)),
    leftOff: 200,
  };
}

/** Two programs that are held until there is a tunnel again. */
export function heldCallers(): Connections {
  return { listed: [connection(12, 4, null), connection(11, 9, null)], leftOff: 0 };
}
