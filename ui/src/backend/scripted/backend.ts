import { clusterOf } from "../../state/view";
import { type About, type Backend, BackendError, type Errand } from "../backend";
import type {
  Command,
  ContextCatalog,
  ContextRef,
  DemoState,
  Event,
  ForwardView,
  Problem,
  ProfileDraft,
  ProfileId,
  Reply,
  Statistics,
  Subject,
  TargetSummary,
  Update,
} from "../types";
import { Accounts } from "./accounts";
import { draftOf } from "../../state/draft";
import { bigCluster, demoCluster } from "./cluster";
import { clustersOf } from "./clusters";
import { ScriptedConnections } from "./connections";
import { Exchange } from "./exchange";
import { ladder, rungs } from "./ladders";
import { ScriptedLooks } from "./looks";
import { mappingError } from "./mapping";
import { offAt, workings } from "./options";
import { ScriptedPreferences } from "./preferences";
import { problem, type Scenario, scenarioNamed } from "./scenario";
import { Timelines } from "./timelines";
import { wayOf } from "./ways";

/** An engine without a cluster behind it, for development and flow tests: `?scenario=NAME&pace=FACTOR`; `still`: no bytes move. */
export function scriptedBackend(parameters: URLSearchParams): Backend {
  const scenario = scenarioNamed(parameters.get("scenario"));
  const pace = parameters.get("pace");
  return new ScriptedEngine({
    ...scenario,
    ...(pace === null ? {} : { pace: Number(pace) }),
    still: parameters.has("still"),
  });
}

class ScriptedEngine implements Backend {
  readonly #scenario: Scenario;
  readonly #forwards: Map<ProfileId, ForwardView>;
  readonly #deleted = new Map<ProfileId, ForwardView>();
  readonly #stories = new Map<ProfileId, AbortController>();
  readonly #timelines: Timelines;
  readonly #looks: ScriptedLooks;
  readonly #connections: ScriptedConnections;
  readonly #accounts: Accounts;
  readonly #preferences: ScriptedPreferences;
  readonly #exchange: Exchange;
  #listeners: ((update: Update) => void)[] = [];
  #catalog: ContextCatalog;
  #number = 0;
  #demo: DemoState = "stopped";
  #nextLocal = 52_341;

  constructor(scenario: Scenario) {
    this.#scenario = scenario;
    this.#catalog = scenario.catalog;
    this.#timelines = new Timelines(scenario.timelines, (event) => this.#tell(event));
    this.#connections = new ScriptedConnections(scenario.forwards, scenario.callers ?? {}, (event) =>
      this.#tell(event),
    );
    this.#looks = new ScriptedLooks(
      {
        namespaces: async (context) => ({ ...(await this.#namespaces(context)), complete: true }),
        targets: async (context, namespace) => (await this.#targets(context, namespace)).targets,
        pods: scenario.pods,
      },
      (event) => this.#tell(event),
      (milliseconds) => this.#wait(milliseconds),
    );
    this.#accounts = new Accounts(
      scenario.clusters ?? clustersOf(scenario.catalog),
      scenario.keyringLocked ?? false,
      (event) => this.#tell(event),
      (milliseconds) => this.#wait(milliseconds),
      (context) => this.#signedIn(context),
    );
    this.#preferences = new ScriptedPreferences(
      scenario.preferences ?? {},
      scenario.settingsStay ?? false,
      (event) => this.#tell(event),
    );
    this.#exchange = new Exchange({
      forwards: () => [...this.#forwards.values()],
      create: (draft) => {
        const id = `id-${crypto.randomUUID()}`;
        this.#put(this.#drafted(id, draft));
        return id;
      },
      update: (id, draft) => this.#update(id, draft),
      remove: (id) => {
        this.#end(id);
        this.#forwards.delete(id);
        this.#tell({ type: "forwardRemoved", id });
      },
      draftOf: (id) => draftOf(this.#get(id).profile),
    });
    this.#forwards = new Map(scenario.forwards.map((forward) => [forward.profile.id, forward]));
  }

  listen(onUpdate: (update: Update) => void, onErrand: (errand: Errand) => void): Promise<void> {
    this.#listeners.push(onUpdate);
    onUpdate({ type: "snapshot", snapshot: this.#snapshot() });
    if (this.#scenario.errand !== undefined) onErrand(this.#scenario.errand);
    for (const forward of this.#forwards.values()) {
      if (forward.state.type === "live" && !this.#scenario.still) void this.#carry(forward.profile.id);
    }
    return Promise.resolve();
  }

  async copyText(words: string): Promise<void> {
    document.documentElement.dataset.clipboard = words;
    await this.#wait(5);
  }

  async openInBrowser(id: ProfileId, portIndex: number): Promise<void> {
    await this.#wait(5);
    const local = this.#get(id).ports[portIndex]?.local ?? null;
    if (local === null) {
      throw new BackendError(problem("internal", { what: "The browser was not opened." }));
    }
    document.documentElement.dataset.opened = `http://localhost:${local}`;
  }

  chooseFile(): Promise<string | null> {
    return Promise.resolve("/home/ada/.kube/other");
  }

  chooseNewFile(name: string): Promise<string | null> {
    return Promise.resolve(`/home/ada/${name}`);
  }

  about(): Promise<About> {
    return Promise.resolve({
      version: "0.1.0",
      parts: [
        { name: "Tauri", version: "2.12.5" },
        { name: "WebKitGTK", version: "2.50.1" },
      ],
      system: "Debian GNU/Linux 13 (trixie), x86_64",
      desktop: "GNOME, Wayland",
      logs: "/home/ada/.local/state/culvert/logs",
    });
  }

  async showLogs(): Promise<void> {
    await this.#wait(5);
    document.documentElement.dataset.opened = "/home/ada/.local/state/culvert/logs";
  }

  async execute(command: Command): Promise<Reply> {
    await this.#wait(30);
    switch (command.type) {
      case "snapshot":
        return { type: "snapshot", snapshot: this.#snapshot() };
      case "reloadContexts":
        this.#catalog = this.#scenario.catalogLater ?? this.#catalog;
        this.#tell({ type: "contextsChanged", catalog: this.#catalog });
        this.#accounts.take(clustersOf(this.#catalog));
        return { type: "contexts", catalog: this.#catalog };
      case "addKubeconfigFile":
      case "removeKubeconfigFile":
        return this.#file(command.path, command.type === "addKubeconfigFile");
      case "acceptCluster": {
        const { cluster, ...profile } = this.#get(command.id).profile;
        this.#change(command.id, { profile });
        this.#connect(command.id);
        return { type: "done" };
      }
      case "diagnose":
        return this.#diagnose(command.subject, command.run);
      case "startDemo":
        await this.#wait(250);
        this.#demo = "running";
        this.#tell({ type: "demoChanged", demo: this.#demo });
        return { type: "done" };
      case "listNamespaces":
        return this.#namespaces(command.context);
      case "listTargets":
        return this.#targets(command.context, command.namespace);
      case "look":
        this.#looks.begin(command.look, command.context, command.namespace);
        return { type: "done" };
      case "stopLooking":
        this.#looks.stop(command.look);
        return { type: "done" };
      case "checkPorts":
        if (this.#scenario.checkFails) {
          throw new BackendError(problem("internal", { what: "The engine gave no answer." }));
        }
        return { type: "portCheck", errors: command.ports.map(mappingError) };
      case "timeline":
        return { type: "timeline", entries: this.#timelines.of(command.id) };
      case "watchConnections":
        this.#get(command.id);
        this.#connections.watch(command.id);
        return { type: "done" };
      case "stopWatchingConnections":
        this.#connections.stop(command.id);
        return { type: "done" };
      case "closeConnection":
        this.#counted(command.id, this.#connections.close(command.id, command.connection));
        return { type: "done" };
      case "create":
        return this.#create(command.draft, command.connect);
      case "update":
        this.#update(command.id, command.draft);
        return { type: "done" };
      case "connect":
        this.#guard(command.id, command.confirmed ?? false);
        this.#connect(command.id);
        return { type: "done" };
      case "keepOn": {
        const { profile } = this.#get(command.id);
        if (profile.on) this.#change(command.id, { profile: { ...profile, ...offAt(profile) } });
        return { type: "done" };
      }
      case "reorder":
        this.#reorder(command.ids);
        return { type: "done" };
      case "setFavourite": {
        const { profile } = this.#get(command.id);
        this.#change(command.id, { profile: { ...profile, favourite: command.favourite } });
        return { type: "done" };
      }
      case "disconnect":
        this.#disconnect(command.id);
        return { type: "done" };
      case "useFreePort":
        this.#useFreePort(command.id, command.port);
        return { type: "done" };
      case "delete": {
        this.#deleted.set(command.id, this.#get(command.id));
        this.#end(command.id);
        this.#forwards.delete(command.id);
        this.#tell({ type: "forwardRemoved", id: command.id });
        return { type: "done" };
      }
      case "restore": {
        const forward = this.#deleted.get(command.id);
        if (forward !== undefined) this.#put(forward);
        if (forward?.profile.on) this.#connect(command.id);
        return { type: "done" };
      }
      default: {
        const reply =
          this.#preferences.execute(command) ??
          this.#exchange.execute(command) ??
          (await this.#accounts.execute(command));
        if (reply !== null) return reply;
        throw new BackendError(problem("internal", { what: `There is no script for ${command.type}.` }));
      }
    }
  }

  /** What waited for a sign-in or for a word about a certificate goes on. */
  #signedIn(context: ContextRef): void {
    for (const { profile, state } of this.#forwards.values()) {
      if (JSON.stringify(profile.context) !== JSON.stringify(context)) continue;
      if (state.type === "needsAttention") this.#connect(profile.id);
    }
  }

  #file(path: string, add: boolean): Reply {
    if (add && path.includes("broken")) {
      throw new BackendError(
        problem("kubeconfig", {
          what: `${path} is no kubeconfig.`,
          why: "Line 3: a mapping was expected.",
          remedy: "Choose another file, or mend this one.",
        }),
      );
    }
    const others = (this.#catalog.files ?? []).filter((file) => file.path !== path);
    const files = add ? [...others, { path, added: true, exists: true }] : others;
    this.#catalog = { ...this.#catalog, files };
    this.#tell({ type: "contextsChanged", catalog: this.#catalog });
    return { type: "contexts", catalog: this.#catalog };
  }

  async #diagnose(subject: Subject, run: number): Promise<Reply> {
    const forward = subject.type === "forward" ? this.#get(subject.id) : null;
    const view = this.#accounts.clusters.find(
      (known) =>
        subject.type === "cluster" && JSON.stringify(known.context) === JSON.stringify(subject.context),
    );
    const wrong = forward?.state.type === "needsAttention" ? forward.state.problem : null;
    const standing = view !== undefined && "problem" in view.standing ? view.standing.problem : null;
    const steps = rungs(wrong ?? standing, subject.type === "cluster");
    for (const [index, step] of steps.entries()) {
      const running = { ...step, outcome: { type: "running" as const }, detail: "", tookMs: null };
      this.#tell({ type: "ladderStep", run, index, step: running });
      await this.#wait(90);
      this.#tell({ type: "ladderStep", run, index, step });
    }
    const title = forward?.profile.name ?? `the cluster ${view?.name ?? ""}`;
    return { type: "ladder", ladder: ladder(title, steps) };
  }

  async #namespaces(context: ContextRef): Promise<Extract<Reply, { type: "namespaces" }>> {
    await this.#answer(context);
    if (context.kind === "demo") {
      return { type: "namespaces", names: Object.keys(demoCluster), preferred: "demo", notice: null };
    }
    const preferred =
      this.#catalog.contexts.find(({ name }) => context.kind === "kubeconfig" && name === context.name)
        ?.namespace ?? "default";
    if (!this.#scenario.namespacesForbidden) {
      return { type: "namespaces", names: Object.keys(bigCluster), preferred, notice: null };
    }
    const notice = problem("forbidden", {
      what: "You are not allowed to list namespaces.",
      why: "The server says: namespaces is forbidden.",
      remedy: "Type the name of the namespace.",
    });
    return { type: "namespaces", names: [], preferred, notice };
  }

  async #targets(context: ContextRef, namespace: string): Promise<Extract<Reply, { type: "targets" }>> {
    await this.#answer(context);
    const cluster = context.kind === "demo" ? demoCluster : bigCluster;
    const targets: TargetSummary[] = cluster[namespace] ?? [];
    return { type: "targets", targets, notices: [] };
  }

  async #answer(context: ContextRef): Promise<void> {
    await this.#wait(180);
    if (this.#scenario.listsHang) await new Promise(() => undefined);
    // What nobody is signed in to lists nothing.
    const standing = clusterOf(context, this.#accounts.clusters)?.standing;
    if (standing?.type === "needsSignIn") throw new BackendError(standing.problem);
    if (this.#scenario.unreachable && context.kind !== "demo") {
      throw new BackendError(
        problem("unreachable", {
          what: "The cluster does not answer.",
          why: "No connection to https://api.staging.example.com:6443: connection timed out after 10 s.",
          remedy: "Check the network or the VPN, then try again.",
          action: { type: "retry" },
        }),
      );
    }
  }

  #create(draft: ProfileDraft, connect: boolean): Reply {
    const id = `id-${crypto.randomUUID()}`;
    this.#put(this.#drafted(id, draft));
    if (connect) this.#connect(id);
    return { type: "created", id };
  }

  #update(id: ProfileId, draft: ProfileDraft): void {
    const before = this.#get(id);
    const after = this.#drafted(id, draft);
    if (before.profile.on && workings(before.profile) === workings(after.profile)) {
      const { on, ports, favourite = false } = before.profile;
      const profile = { ...after.profile, on, ports, favourite, ...offAt(after.profile) };
      this.#put({ ...before, profile });
      return;
    }
    this.#end(id);
    this.#put({ ...after, profile: { ...after.profile, favourite: before.profile.favourite ?? false } });
    if (before.profile.on) this.#connect(id);
  }

  #guard(id: ProfileId, confirmed: boolean): void {
    const { askFirst = false, on, name, context } = this.#get(id).profile;
    const key = JSON.stringify(context);
    const { mark } = this.#accounts.clusters.find((view) => JSON.stringify(view.context) === key) ?? {};
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
        bindAddress: draft.bindAddress || this.#preferences.current.bindAddress,
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

  #connect(id: ProfileId): void {
    const forward = this.#get(id);
    this.#end(id);
    const story = new AbortController();
    this.#stories.set(id, story);
    const { offBecause, ...profile } = forward.profile;
    const turnedOn = profile.on ? {} : { lastOnMs: Date.now(), ...offAt(profile) };
    this.#change(id, { profile: { ...profile, on: true, ...turnedOn } });
    if (!profile.on) this.#timelines.add(id, "turnedOn", "Turned on.");
    void this.#tellConnecting(id, story.signal);
  }

  async #tellConnecting(id: ProfileId, signal: AbortSignal): Promise<void> {
    const reason = this.#obstacle(this.#get(id));
    this.#change(id, { state: { type: "connecting", step: "bindingPorts" } });
    await this.#wait(120);
    if (signal.aborted) return;
    if (reason !== null) {
      this.#change(id, { state: { type: "needsAttention", problem: reason } });
      this.#timelines.add(id, "needsAttention", reason.what, reason.why);
      return;
    }
    this.#bind(id);
    this.#change(id, { state: { type: "connecting", step: "findingPod" } });
    await this.#wait(250);
    if (signal.aborted) return;
    const { target } = this.#get(id).profile;
    const pod = target.kind === "pod" ? target.name : `${target.name}-6d5f8c9b7-x2x7k`;
    this.#change(id, { pod, state: { type: "connecting", step: "openingTunnel" } });
    await this.#wait(250);
    if (signal.aborted) return;
    const way = wayOf(this.#get(id).profile);
    if ("code" in way) {
      this.#change(id, { state: { type: "needsAttention", problem: way } });
      return;
    }
    this.#change(id, { ...way, state: { type: "ready" } });
    this.#timelines.add(id, "tunnelOpened", "Tunnel opened.", `Pod ${pod}.`);
    await this.#wait(2000);
    if (signal.aborted) return;
    this.#change(id, { state: { type: "live", connections: this.#connections.open(id, pod) } });
    await this.#carry(id, signal);
  }

  /** Moves the byte counters for some seconds, then the connection ends. */
  async #carry(id: ProfileId, signal?: AbortSignal): Promise<void> {
    for (let tick = 0; tick < 40; tick += 1) {
      await this.#wait(250);
      const forward = this.#forwards.get(id);
      if (signal?.aborted || forward?.state.type !== "live") return;
      const moved = 14_000 + 900 * (tick % 7) * (tick % 5);
      const bytesIn = forward.bytesIn + moved;
      const bytesOut = forward.bytesOut + 600;
      this.#connections.move(id, moved, 600);
      const statistics = fasterOf(forward);
      this.#forwards.set(id, { ...forward, bytesIn, bytesOut, statistics });
      this.#tell({ type: "traffic", id, bytesIn, bytesOut, statistics });
      this.#comeAndGo(forward, tick);
    }
    if (signal !== undefined) {
      this.#connections.closeAll(id);
      this.#change(id, { state: { type: "ready" } });
    }
  }

  /** Another program connects for a moment, and ends. */
  #comeAndGo({ profile: { id }, pod }: ForwardView, tick: number): void {
    if (!this.#connections.isWatched(id)) return;
    if (tick % 12 === 4) this.#counted(id, this.#connections.open(id, pod));
    else if (tick % 12 === 10 && this.#connections.count(id) > 1) {
      this.#counted(id, this.#connections.close(id));
    }
  }

  /** So many connections are open now. */
  #counted(id: ProfileId, connections: number): void {
    const { state } = this.#get(id);
    if (state.type !== "live") return;
    this.#change(id, { state: connections === 0 ? { type: "ready" } : { type: "live", connections } });
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
    const { profile, ports } = this.#get(id);
    const bound = ports.map((port, index) => {
      const { mapping = "", lastLocal = null } = profile.ports[index] ?? {};
      const fixed = Number(mapping.split(":")[0]);
      const local = fixed > 0 ? fixed : (lastLocal ?? this.#nextLocal++);
      return { ...port, local, addresses: ["127.0.0.1", "::1"] };
    });
    const saved = profile.ports.map((port, index) => ({ ...port, lastLocal: bound[index]?.local ?? null }));
    this.#change(id, { ports: bound, profile: { ...profile, ports: saved } });
  }

  #reorder(ids: readonly ProfileId[]): void {
    const all = [...this.#forwards.keys()];
    const order = [...ids.filter((id) => all.includes(id)), ...all.filter((id) => !ids.includes(id))];
    const forwards = order.map((id) => this.#get(id));
    this.#forwards.clear();
    for (const forward of forwards) this.#forwards.set(forward.profile.id, forward);
    this.#tell({ type: "reordered", ids: order });
  }

  #disconnect(id: ProfileId): void {
    this.#timelines.add(id, "turnedOff", "Turned off.");
    this.#end(id);
    this.#connections.closeAll(id);
    const { route, ...forward } = this.#get(id);
    const { offAtMs, offBecause, ...profile } = forward.profile;
    const { ports } = forward;
    this.#put({
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
    const { profile } = this.#get(id);
    const ports = profile.ports.map((port, at) =>
      at === index ? { mapping: `:${port.mapping.split(":").at(-1) ?? ""}`, lastLocal: null } : port,
    );
    this.#change(id, { profile: { ...profile, ports } });
    this.#connect(id);
  }

  #end(id: ProfileId): void {
    this.#stories.get(id)?.abort();
    this.#stories.delete(id);
  }

  #get(id: ProfileId): ForwardView {
    const forward = this.#forwards.get(id);
    if (forward === undefined) {
      throw new BackendError(problem("unknownProfile", { what: "This forward does not exist any more." }));
    }
    return forward;
  }

  #change(id: ProfileId, what: Partial<ForwardView>): void {
    this.#put({ ...this.#get(id), ...what });
  }

  #put(forward: ForwardView): void {
    this.#forwards.set(forward.profile.id, forward);
    this.#tell({ type: "forwardChanged", forward });
  }

  #tell(event: Event): void {
    this.#number += 1;
    const update: Update = { type: "event", event: { number: this.#number, atMs: Date.now(), event } };
    for (const listener of this.#listeners) listener(update);
  }

  #snapshot() {
    const { notice } = this.#scenario;
    return {
      number: this.#number,
      forwards: [...this.#forwards.values()],
      catalog: this.#catalog,
      clusters: this.#accounts.clusters,
      keyring: this.#accounts.keyring,
      secrets: this.#accounts.secrets,
      demo: this.#demo,
      preferences: this.#preferences.current,
      startAtLogin: this.#preferences.startAtLogin,
      notice,
    };
  }

  #wait(milliseconds: number): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, milliseconds * this.#scenario.pace));
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
