import { draftOf } from "../../state/draft";
import { noStatistics } from "../../state/model";
import { BackendError } from "../backend";
import type { ClusterView, Command, Event, ForwardView, ProfileDraft, ProfileId, Reply } from "../types";
import { ScriptedConnections } from "./connections";
import { ForwardStore } from "./forwardStore";
import { Lives } from "./lives";
import { mappingError } from "./mapping";
import { offAt, workings } from "./options";
import { problem } from "./problem";
import type { Scenario } from "./scenario";
import { Timelines } from "./timelines";

/** What forwards need to know of the rest. */
interface World {
  clusters: () => readonly ClusterView[];
  bindAddress: () => string;
  tell: (event: Event) => void;
  wait: (milliseconds: number) => Promise<void>;
}

/** The forwards, and all that can be asked of them. */
export class ScriptedForwards {
  readonly #world: World;
  readonly #store: ForwardStore;
  readonly #timelines: Timelines;
  readonly #connections: ScriptedConnections;
  readonly #lives: Lives;
  readonly #deleted = new Map<ProfileId, ForwardView>();

  constructor({ forwards, timelines, callers = {} }: Scenario, world: World) {
    this.#world = world;
    this.#store = new ForwardStore(forwards, world.tell);
    this.#timelines = new Timelines(timelines, world.tell);
    this.#connections = new ScriptedConnections(forwards, callers, world.tell);
    this.#lives = new Lives(this.#store, this.#connections, this.#timelines, world.wait);
  }

  get all(): ForwardView[] {
    return this.#store.all;
  }

  get(id: ProfileId): ForwardView {
    return this.#store.get(id);
  }

  /** Bytes begin to move where connections are open. */
  start(): void {
    for (const { profile, state } of this.all) {
      if (state.type === "live") void this.#lives.carry(profile.id);
    }
  }

  /** Tells, of the last minute, that bytes moved where connections are open, each time at its moment. */
  tellLastMinute(tell: (event: Event, atMs: number) => void): void {
    const now = Date.now();
    for (let ago = 60; ago > 0; ago -= 1) {
      const moved = Math.round(52_000 * (1.2 + Math.sin(ago / 4) * Math.cos(ago / 11)));
      for (const forward of this.all) {
        if (forward.state.type !== "live") continue;
        const [bytesIn, bytesOut] = [forward.bytesIn + moved, forward.bytesOut + Math.round(moved / 9)];
        this.#store.keep({ ...forward, bytesIn, bytesOut });
        const { id } = forward.profile;
        tell(
          { type: "traffic", id, bytesIn, bytesOut, statistics: forward.statistics ?? noStatistics },
          now - ago * 1000,
        );
      }
    }
  }

  /** It is tried again. */
  again(id: ProfileId): void {
    this.#lives.begin(id);
  }

  /** The answer; null to what others answer. */
  execute(command: Command): Reply | null {
    switch (command.type) {
      case "acceptCluster": {
        const { cluster, ...profile } = this.get(command.id).profile;
        this.#store.change(command.id, { profile });
        this.#lives.begin(command.id);
        break;
      }
      case "timeline":
        return { type: "timeline", entries: this.#timelines.of(command.id) };
      case "watchConnections":
        this.get(command.id);
        this.#connections.watch(command.id);
        break;
      case "stopWatchingConnections":
        this.#connections.stop(command.id);
        break;
      case "closeConnection":
        this.#lives.counted(command.id, this.#connections.close(command.id, command.connection));
        break;
      case "create": {
        const id = this.create(command.draft);
        if (command.connect) this.#lives.begin(id);
        return { type: "created", id };
      }
      case "update":
        this.update(command.id, command.draft);
        break;
      case "connect":
        this.#guard(command.id, command.confirmed ?? false);
        this.#lives.begin(command.id);
        break;
      case "keepOn": {
        const { profile } = this.get(command.id);
        if (profile.on) this.#store.change(command.id, { profile: { ...profile, ...offAt(profile) } });
        break;
      }
      case "reorder":
        this.#store.reorder(command.ids);
        break;
      case "setFavourite": {
        const { profile } = this.get(command.id);
        this.#store.change(command.id, { profile: { ...profile, favourite: command.favourite } });
        break;
      }
      case "disconnect":
        this.#disconnect(command.id);
        break;
      case "useFreePort":
        this.#useFreePort(command.id, command.port);
        break;
      case "delete": {
        this.#deleted.set(command.id, this.get(command.id));
        this.remove(command.id);
        break;
      }
      case "restore": {
        const forward = this.#deleted.get(command.id);
        if (forward !== undefined) this.#store.put(forward);
        if (forward?.profile.on) this.#lives.begin(command.id);
        break;
      }
      default:
        return null;
    }
    return { type: "done" };
  }

  create(draft: ProfileDraft): ProfileId {
    const id = `id-${crypto.randomUUID()}`;
    this.#store.put(this.#drafted(id, draft));
    return id;
  }

  update(id: ProfileId, draft: ProfileDraft): void {
    const before = this.get(id);
    const after = this.#drafted(id, draft);
    if (before.profile.on && workings(before.profile) === workings(after.profile)) {
      const { on, ports, lastOnMs = 0, favourite = false } = before.profile;
      const profile = { ...after.profile, on, ports, lastOnMs, favourite, ...offAt(after.profile) };
      this.#store.put({ ...before, profile });
      return;
    }
    this.#lives.end(id);
    this.#store.put({
      ...after,
      profile: { ...after.profile, favourite: before.profile.favourite ?? false },
    });
    if (before.profile.on) this.#lives.begin(id);
  }

  remove(id: ProfileId): void {
    this.#lives.end(id);
    this.#store.remove(id);
  }

  draftOf(id: ProfileId): ProfileDraft {
    return draftOf(this.get(id).profile);
  }

  #guard(id: ProfileId, confirmed: boolean): void {
    const { askFirst = false, on, name, context } = this.get(id).profile;
    const key = JSON.stringify(context);
    const { mark } = this.#world.clusters().find((view) => JSON.stringify(view.context) === key) ?? {};
    if ((askFirst || mark?.production) && !on && !confirmed) {
      throw new BackendError(
        problem("confirmFirst", { what: `The forward ${name} asks before it connects.` }),
      );
    }
  }

  #drafted(id: ProfileId, draft: ProfileDraft): ForwardView {
    draft.ports.forEach((mapping, port) => {
      const why = mappingError(mapping);
      if (why === null) return;
      const what = `“${mapping}” is not a port mapping.`;
      throw new BackendError(problem("badInput", { what, why, remedy: "Correct it and save again.", port }));
    });
    return {
      profile: {
        ...draft,
        id,
        name: draft.name || draft.target.name,
        bindAddress: draft.bindAddress || this.#world.bindAddress(),
        ports: draft.ports.map((mapping) => ({ mapping, lastLocal: null })),
        on: false,
      },
      state: { type: "off" },
      ports: draft.ports.map((mapping) => ({
        remote: mapping.split(":").at(-1) ?? mapping,
        local: null,
        addresses: [],
      })),
      pod: null,
      transport: null,
      bytesIn: 0,
      bytesOut: 0,
      lastFailure: null,
    };
  }

  #disconnect(id: ProfileId): void {
    this.#timelines.add(id, "turnedOff", "Turned off.");
    this.#lives.end(id);
    this.#connections.closeAll(id);
    const { route, ...forward } = this.get(id);
    const { offAtMs, offBecause, ...profile } = forward.profile;
    const { ports } = forward;
    this.#store.put({
      ...forward,
      profile: { ...profile, on: false },
      state: { type: "off" },
      ports: ports.map((port) => ({ ...port, local: null, addresses: [] })),
      pod: null,
      transport: null,
      bytesIn: 0,
      bytesOut: 0,
    });
  }

  #useFreePort(id: ProfileId, index: number): void {
    const { profile } = this.get(id);
    const ports = profile.ports.map((port, at) =>
      at === index ? { mapping: `:${port.mapping.split(":").at(-1) ?? ""}`, lastLocal: null } : port,
    );
    this.#store.change(id, { profile: { ...profile, ports } });
    this.#lives.begin(id);
  }
}
