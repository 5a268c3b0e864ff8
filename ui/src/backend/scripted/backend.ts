import { type About, type Backend, BackendError, type Errand } from "../backend";
import type { Command, ContextRef, DemoState, Event, ProfileId, Reply, Subject, Update } from "../types";
import { Accounts } from "./accounts";
import { clustersOf, heardOf } from "./clusters";
import { ScriptedContexts } from "./contexts";
import { Exchange } from "./exchange";
import { ScriptedForwards } from "./forwards";
import { ladder, rungs } from "./ladders";
import { ScriptedLooks } from "./looks";
import { mappingError } from "./mapping";
import { ScriptedPreferences } from "./preferences";
import { problem } from "./problem";
import { type Scenario, scenarioNamed } from "./scenario";

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
  readonly #forwards: ScriptedForwards;
  readonly #contexts: ScriptedContexts;
  readonly #looks: ScriptedLooks;
  readonly #accounts: Accounts;
  readonly #preferences: ScriptedPreferences;
  readonly #exchange: Exchange;
  #listeners: ((update: Update) => void)[] = [];
  #number = 0;
  #demo: DemoState = "stopped";

  constructor(scenario: Scenario) {
    this.#scenario = scenario;
    const tell = (event: Event) => this.#tell(event);
    const wait = (milliseconds: number) => this.#wait(milliseconds);
    this.#accounts = new Accounts(
      scenario.clusters ?? heardOf(clustersOf(scenario.catalog), scenario.forwards),
      scenario.keyringLocked ?? false,
      tell,
      wait,
      (context) => this.#signedIn(context),
    );
    this.#contexts = new ScriptedContexts(scenario, this.#accounts, tell, wait);
    this.#looks = new ScriptedLooks(
      {
        namespaces: async (context) => ({ ...(await this.#contexts.namespaces(context)), complete: true }),
        targets: async (context, namespace) => (await this.#contexts.targets(context, namespace)).targets,
        pods: scenario.pods,
      },
      tell,
      wait,
    );
    this.#preferences = new ScriptedPreferences(
      scenario.preferences ?? {},
      scenario.settingsStay ?? false,
      tell,
    );
    const forwards = new ScriptedForwards(scenario, {
      clusters: () => this.#accounts.clusters,
      bindAddress: () => this.#preferences.current.bindAddress,
      tell,
      wait,
    });
    this.#forwards = forwards;
    this.#exchange = new Exchange({
      forwards: () => forwards.all,
      create: (draft) => forwards.create(draft),
      update: (id, draft) => forwards.update(id, draft),
      remove: (id) => forwards.remove(id),
      draftOf: (id) => forwards.draftOf(id),
    });
  }

  listen(onUpdate: (update: Update) => void, onErrand: (errand: Errand) => void): Promise<void> {
    this.#listeners.push(onUpdate);
    onUpdate({ type: "snapshot", snapshot: this.#snapshot() });
    if (this.#scenario.errand !== undefined) onErrand(this.#scenario.errand);
    if (this.#scenario.still) this.#forwards.tellLastMinute((event, atMs) => this.#tell(event, atMs));
    else this.#forwards.start();
    return Promise.resolve();
  }

  async copyText(words: string): Promise<void> {
    document.documentElement.dataset.clipboard = words;
    await this.#wait(5);
  }

  async openInBrowser(id: ProfileId, portIndex: number): Promise<void> {
    await this.#wait(5);
    const local = this.#forwards.get(id).ports[portIndex]?.local ?? null;
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
      case "diagnose":
        return this.#diagnose(command.subject, command.run);
      case "startDemo":
        await this.#wait(250);
        this.#demo = "running";
        this.#tell({ type: "demoChanged", demo: this.#demo });
        return { type: "done" };
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
      default: {
        const reply =
          this.#forwards.execute(command) ??
          (await this.#contexts.execute(command)) ??
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
    for (const { profile, state } of this.#forwards.all) {
      if (JSON.stringify(profile.context) !== JSON.stringify(context)) continue;
      if (state.type === "needsAttention") this.#forwards.again(profile.id);
    }
  }

  async #diagnose(subject: Subject, run: number): Promise<Reply> {
    const forward = subject.type === "forward" ? this.#forwards.get(subject.id) : null;
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

  #tell(event: Event, atMs = Date.now()): void {
    this.#number += 1;
    const update: Update = { type: "event", event: { number: this.#number, atMs, event } };
    for (const listener of this.#listeners) listener(update);
  }

  #snapshot() {
    const { notice } = this.#scenario;
    return {
      number: this.#number,
      forwards: this.#forwards.all,
      catalog: this.#contexts.catalog,
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
