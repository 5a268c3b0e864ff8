import { ask } from "../backend/backend";
import { problemOf } from "../backend/problem";
import type { ContextRef, Problem, ProfileId, RoutePin, TargetSummary, TransportPin } from "../backend/types";
import type { PortForwardLine } from "../format/portForwardLine";
import { mappingOf, splitMappings } from "../format/ports";
import { text } from "../text";
import type { App } from "./app";
import { contextOfLine, entryOf, likelyContext } from "./clusters";
import type { Model } from "./model";
import { namespaceKey } from "./namespaces";
import { type ForwardOptions, optionsOf, withOptions } from "./options";
import { choicesOf, type PortChoice, takenUp } from "./portChoices";
import { begunAgain, browse, find, noTargets, type Targets } from "./targets";
import { sameTarget, searchTargets, typedTarget } from "./targetSearch";

/** Mappings are checked when typing pauses this long. */
const CHECK_AFTER_MS = 120;

/** Where a list is on its way to the screen. */
export type Loading<T> =
  | { type: "idle" }
  | { type: "loading" }
  | { type: "failed"; problem: Problem }
  | { type: "loaded"; value: T };

/** Namespaces of the chosen cluster. */
export interface Namespaces {
  names: string[];
  notice: Problem | null;
}

/** A command line leads to a cluster that Culvert does not know. */
function unknownCluster(place: string): Problem {
  const words = text.newForward.lineElsewhere;
  const { what, remedy } = words;
  return { code: "kubeconfig", what, why: words.why(place), remedy, action: null, port: null };
}

/** The state of the New forward screen. */
export class NewForward {
  context: ContextRef | null = $state.raw(null);
  namespaces: Loading<Namespaces> = $state.raw({ type: "idle" });
  namespace = $state("");
  targets: Loading<Targets> = $state.raw({ type: "idle" });
  search = $state("");
  chosen: TargetSummary | null = $state.raw(null);
  ports: PortChoice[] = $state([]);
  other = $state("");
  otherErrors: string[] = $state.raw([]);
  transport: TransportPin = $state("automatic");
  route: RoutePin = $state("automatic");
  keep: number | null = $state(null);
  options: ForwardOptions = $state(optionsOf());
  /** Where it listens, where the person says so. */
  bindAddress = $state("");
  saving = $state(false);
  problem: Problem | null = $state.raw(null);

  readonly #app: App;
  #name: string | null = $state(null);
  /** What was chosen was in the list, not only typed. */
  #wasListed = $state(false);
  #stopNamespaces = () => {};
  #stopTargets = () => {};
  // Answers to questions that are no longer asked are dropped by this number.
  #checked = 0;
  #checkTimer: ReturnType<typeof setTimeout> | undefined;
  #closed = false;
  /** A command line that leads to a cluster that was not known yet. */
  #unknown: PortForwardLine | null = null;

  constructor(app: App, context: ContextRef | null, from?: PortForwardLine) {
    this.#app = app;
    const { section } = app.navigation;
    if (section.type === "group") this.options.group = section.key;
    const first = context ?? likelyContext(app.session.model, app.navigation.section);
    if (from !== undefined) this.#begin(from, first, app.session.model);
    else if (first !== null) this.chooseContext(first);
    void this.#reloadContexts();
  }

  /** The name it will have; the target's unless the person typed one. */
  get name(): string {
    return this.#name ?? this.chosen?.target.name ?? "";
  }
  set name(value: string) {
    this.#name = value;
  }

  /** The targets that match the search, by kind. */
  readonly found = $derived.by(() => {
    if (this.targets.type !== "loaded") return [];
    return searchTargets(this.targets.value.list, this.search);
  });

  /** Whether what was chosen is not there any more. */
  readonly isGone = $derived.by(() => {
    if (this.targets.type !== "loaded" || !this.targets.value.complete || this.chosen === null) return false;
    return this.#wasListed && find(this.targets.value, this.chosen.target) === undefined;
  });

  readonly mappings = $derived([
    ...this.ports.filter((port) => port.ticked).map((port) => mappingOf(port.local, port.number)),
    ...splitMappings(this.other),
  ]);

  readonly canSave = $derived(
    this.chosen !== null && this.chosen.obstacle === null && this.mappings.length > 0 && !this.saving,
  );

  chooseContext(context: ContextRef): void {
    this.#leave();
    // Answers come late; nobody would end what begins now.
    if (this.#closed) return;
    this.context = context;
    this.namespace = "";
    this.targets = { type: "loading" };
    this.namespaces = { type: "loading" };
    this.#forget();
    this.#stopNamespaces = this.#app.session.looks.begin(
      { context, namespace: null },
      {
        begun: () => undefined,
        browsed: (browsed) => {
          if (browsed.type !== "namespaces") return;
          const { names, notice } = browsed;
          this.namespaces = { type: "loaded", value: { names, notice } };
          if (this.namespace === "") this.chooseNamespace(browsed.preferred);
        },
        ended: (problem) => {
          this.namespaces = { type: "failed", problem };
          if (this.targets.type === "loading") this.targets = { type: "failed", problem };
        },
      },
    );
  }

  chooseNamespace(namespace: string): void {
    const { context } = this;
    if (context === null || namespace === "" || this.#closed) return;
    this.#stopTargets();
    this.namespace = namespace;
    this.targets = { type: "loading" };
    this.#forget();
    let known = noTargets;
    this.#stopTargets = this.#app.session.looks.begin(
      { context, namespace },
      {
        begun: () => (known = begunAgain(known)),
        browsed: (browsed) => {
          if (browsed.type !== "targets") return;
          known = browse(known, browsed);
          // An empty list is not said to be empty before it is known to be.
          if (known.list.length > 0 || known.complete) this.targets = { type: "loaded", value: known };
          // All of it was of another sign-in, or of another cluster.
          else if (this.targets.type === "loaded") this.targets = { type: "loading" };
          this.#renew(browsed.put);
        },
        ended: (problem) => (this.targets = { type: "failed", problem }),
      },
    );
  }

  /** Looks no more. */
  close(): void {
    this.#closed = true;
    this.#leave();
    this.#uncheck();
  }

  /** Reads the kubeconfig files and asks the cluster again for what did not come or may be old. */
  async reload(): Promise<void> {
    await this.#reloadContexts();
    if (this.context === null) return;
    if (this.namespace === "" || this.namespaces.type === "failed") this.chooseContext(this.context);
    else this.chooseNamespace(this.namespace);
  }

  /** Chooses what to forward to; all its ports are ticked. */
  choose(summary: TargetSummary): void {
    if (this.chosen !== null && sameTarget(this.chosen.target, summary.target)) return;
    this.#uncheck();
    this.chosen = summary;
    this.#wasListed =
      this.targets.type === "loaded" && find(this.targets.value, summary.target) !== undefined;
    this.ports = choicesOf(summary);
    this.other = "";
    this.otherErrors = [];
    this.problem = null;
  }

  /** Has the mappings checked when typing pauses. */
  portsEdited(): void {
    this.problem = null;
    clearTimeout(this.#checkTimer);
    this.#checkTimer = setTimeout(() => {
      this.#check().catch((thrown: unknown) => (this.problem = problemOf(thrown)));
    }, CHECK_AFTER_MS);
  }

  /** Saves, and connects if asked. Answers the new profile, or null when something is wrong with the input. */
  async save(connect: boolean): Promise<ProfileId | null> {
    const { context, chosen, namespace } = this;
    if (context === null || chosen === null || !this.canSave) return null;
    this.saving = true;
    this.problem = null;
    try {
      if (!(await this.#check())) return null;
      const draft = withOptions(
        {
          name: this.name.trim(),
          context,
          namespace,
          target: chosen.target,
          ports: this.mappings,
          bindAddress: this.bindAddress,
          transport: this.transport,
          route: this.route,
          ...(this.keep === null ? {} : { keepUnusedMinutes: this.keep }),
        },
        this.options,
      );
      const { id } = await ask(this.#app.backend, { type: "create", draft, connect }, "created");
      this.#app.namespaces.note(namespaceKey(context, namespace));
      return id;
    } catch (thrown) {
      this.problem = problemOf(thrown);
      return null;
    } finally {
      this.saving = false;
    }
  }

  /** Begins with what a command line says; what it does not say is as the programs would have it. */
  #begin(line: PortForwardLine, first: ContextRef | null, model: Model): void {
    const { namespace, address, target, ports } = line;
    const meant = contextOfLine(line, model, first);
    if (meant === null) {
      const elsewhere = line.server ?? line.kubeconfig;
      if (elsewhere !== null) this.problem = unknownCluster(elsewhere);
      this.#unknown = line;
      return;
    }
    this.#unknown = null;
    this.chooseContext(meant);
    this.chooseNamespace(namespace ?? entryOf(meant, model.catalog)?.namespace ?? "default");
    this.choose(typedTarget(target.kind, target.name));
    this.other = ports.join(" ");
    if (address !== null) this.bindAddress = address;
    this.portsEdited();
  }

  /** A person may have got a new context since the files were read last. */
  async #reloadContexts(): Promise<void> {
    const reply = await this.#app.run({ type: "reloadContexts" });
    if (reply?.type !== "contexts" || this.context !== null) return;
    const { session, navigation } = this.#app;
    const model = { ...session.model, catalog: reply.catalog };
    const first = likelyContext(model, navigation.section);
    if (this.#unknown !== null) this.#begin(this.#unknown, first, model);
    else if (first !== null) this.chooseContext(first);
  }

  async #check(): Promise<boolean> {
    clearTimeout(this.#checkTimer);
    const ticked = this.ports.filter((port) => port.ticked);
    const others = splitMappings(this.other);
    const ports = this.mappings;
    const checked = ++this.#checked;
    const { errors } = await ask(this.#app.backend, { type: "checkPorts", ports }, "portCheck");
    if (checked !== this.#checked) return false;
    for (const port of this.ports) port.error = null;
    ticked.forEach((port, index) => (port.error = errors[index] ?? null));
    this.otherErrors = others.flatMap((_, index) => errors[ticked.length + index] ?? []);
    return errors.every((error) => error === null);
  }

  /** What was chosen may have changed: what is typed of its ports stays. */
  #renew(put: readonly TargetSummary[]): void {
    const { chosen } = this;
    const now = chosen === null ? undefined : put.find(({ target }) => sameTarget(target, chosen.target));
    if (now === undefined) return;
    this.chosen = now;
    if (this.#wasListed) return;
    this.#wasListed = true;
    // It was only typed before.
    if (this.ports.length > 0) return;
    if (this.other === "") this.ports = choicesOf(now);
    else {
      const { ports, other } = takenUp(now, this.other);
      this.ports = ports;
      this.other = other;
      this.portsEdited();
    }
  }

  /** What is checked of the ports now is not asked any more. */
  #uncheck(): void {
    clearTimeout(this.#checkTimer);
    this.#checked += 1;
  }

  #leave(): void {
    this.#stopNamespaces();
    this.#stopTargets();
    this.#stopNamespaces = this.#stopTargets = () => {};
  }

  #forget(): void {
    this.#uncheck();
    this.chosen = null;
    this.ports = [];
    this.other = "";
    this.otherErrors = [];
    this.search = "";
    this.problem = null;
  }
}
