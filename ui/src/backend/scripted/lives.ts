import type { ForwardView, Problem, ProfileId, Statistics } from "../types";
import type { ScriptedConnections } from "./connections";
import type { ForwardStore } from "./forwardStore";
import { offAt } from "./options";
import { problem } from "./problem";
import type { Timelines } from "./timelines";
import { wayOf } from "./ways";

/** What forwards live through once they are on: they connect, carry bytes, and come to rest. */
export class Lives {
  readonly #stories = new Map<ProfileId, AbortController>();
  #nextLocal = 52_341;

  constructor(
    readonly forwards: ForwardStore,
    readonly connections: ScriptedConnections,
    readonly timelines: Timelines,
    readonly wait: (milliseconds: number) => Promise<void>,
  ) {}

  /** Somebody turned it on, or it starts anew. */
  begin(id: ProfileId): void {
    const forward = this.forwards.get(id);
    this.end(id);
    const story = new AbortController();
    this.#stories.set(id, story);
    const { offBecause, ...profile } = forward.profile;
    const turnedOn = profile.on ? {} : { lastOnMs: Date.now(), ...offAt(profile) };
    this.forwards.change(id, { profile: { ...profile, on: true, ...turnedOn } });
    if (!profile.on) this.timelines.add(id, "turnedOn", "Turned on.");
    void this.#tellConnecting(id, story.signal);
  }

  /** Whatever it lives through ends here. */
  end(id: ProfileId): void {
    this.#stories.get(id)?.abort();
    this.#stories.delete(id);
  }

  /** Moves the byte counters for some seconds, then the connection ends. */
  async carry(id: ProfileId, signal?: AbortSignal): Promise<void> {
    for (let tick = 0; tick < 40; tick += 1) {
      await this.wait(250);
      const forward = this.forwards.find(id);
      if (signal?.aborted || forward?.state.type !== "live") return;
      const moved = 14_000 + 900 * (tick % 7) * (tick % 5);
      const bytesIn = forward.bytesIn + moved;
      const bytesOut = forward.bytesOut + 600;
      this.connections.move(id, moved, 600);
      const statistics = fasterOf(forward);
      this.forwards.keep({ ...forward, bytesIn, bytesOut, statistics });
      this.forwards.tell({ type: "traffic", id, bytesIn, bytesOut, statistics });
      this.#comeAndGo(forward, tick);
    }
    if (signal !== undefined) {
      this.connections.closeAll(id);
      this.forwards.change(id, { state: { type: "ready" } });
    }
  }

  /** So many connections are open now. */
  counted(id: ProfileId, connections: number): void {
    const { state } = this.forwards.get(id);
    if (state.type !== "live") return;
    this.forwards.change(id, {
      state: connections === 0 ? { type: "ready" } : { type: "live", connections },
    });
  }

  async #tellConnecting(id: ProfileId, signal: AbortSignal): Promise<void> {
    const reason = this.#obstacle(this.forwards.get(id));
    this.forwards.change(id, { state: { type: "connecting", step: "bindingPorts" } });
    await this.wait(120);
    if (signal.aborted) return;
    if (reason !== null) {
      this.forwards.change(id, { state: { type: "needsAttention", problem: reason } });
      this.timelines.add(id, "needsAttention", reason.what, reason.why);
      return;
    }
    this.#bind(id);
    this.forwards.change(id, { state: { type: "connecting", step: "findingPod" } });
    await this.wait(250);
    if (signal.aborted) return;
    const { target } = this.forwards.get(id).profile;
    const pod = target.kind === "pod" ? target.name : `${target.name}-6d5f8c9b7-x2x7k`;
    this.forwards.change(id, { pod, state: { type: "connecting", step: "openingTunnel" } });
    await this.wait(250);
    if (signal.aborted) return;
    const way = wayOf(this.forwards.get(id).profile);
    if ("code" in way) {
      this.forwards.change(id, { state: { type: "needsAttention", problem: way } });
      return;
    }
    this.forwards.change(id, { ...way, state: { type: "ready" } });
    this.timelines.add(id, "tunnelOpened", "Tunnel opened.", `Pod ${pod}.`);
    await this.wait(2000);
    if (signal.aborted) return;
    this.forwards.change(id, { state: { type: "live", connections: this.connections.open(id, pod) } });
    await this.carry(id, signal);
  }

  /** Another program connects for a moment, and ends. */
  #comeAndGo({ profile: { id }, pod }: ForwardView, tick: number): void {
    if (!this.connections.isWatched(id)) return;
    if (tick % 12 === 4) this.counted(id, this.connections.open(id, pod));
    else if (tick % 12 === 10 && this.connections.count(id) > 1) {
      this.counted(id, this.connections.close(id));
    }
  }

  /** Port 3000 is always taken, and “payments” is always forbidden. */
  #obstacle(forward: ForwardView): Problem | null {
    const taken = forward.profile.ports.findIndex((port) => /^3000(:|$)/.test(port.mapping));
    if (taken >= 0) {
      return problem("localPortTaken", {
        what: "Local port 3000 is taken.",
        why: "node (process 41872) listens on 127.0.0.1:3000.",
        remedy: "Stop that program, or let Culvert use a free port instead.",
        action: { type: "useFreePort", port: taken },
        port: taken,
      });
    }
    return forward.state.type === "needsAttention" && forward.state.problem.code === "forbidden"
      ? forward.state.problem
      : null;
  }

  #bind(id: ProfileId): void {
    const { profile, ports } = this.forwards.get(id);
    const bound = ports.map((port, index) => {
      const { mapping = "", lastLocal = null } = profile.ports[index] ?? {};
      const fixed = Number(mapping.split(":")[0]);
      const local = fixed > 0 ? fixed : (lastLocal ?? this.#nextLocal++);
      return { ...port, local, addresses: ["127.0.0.1", "::1"] };
    });
    const saved = profile.ports.map((port, index) => ({ ...port, lastLocal: bound[index]?.local ?? null }));
    this.forwards.change(id, { ports: bound, profile: { ...profile, ports: saved } });
  }
}

/** The numbers of a forward that carries a connection. */
function fasterOf({ statistics }: ForwardView): Statistics {
  return {
    onSinceMs: statistics?.onSinceMs ?? Date.now(),
    connections: Math.max(1, statistics?.connections ?? 0),
    failed: statistics?.failed ?? 0,
    peakIn: Math.max(69_200, statistics?.peakIn ?? 0),
    peakOut: Math.max(2400, statistics?.peakOut ?? 0),
    dialMs: statistics?.dialMs ?? 142,
    roundTripUs: statistics?.roundTripUs ?? 23_400,
  };
}
