import { ask } from "../backend/backend";
import { problemOf } from "../backend/problem";
import type {
  ContextRef,
  DeclaredPort,
  Problem,
  ProfileId,
  RoutePin,
  Target,
  TargetKind,
  TargetSummary,
  TransportPin,
} from "../backend/types";
import { mappingOf, splitMappings } from "../format/ports";
import { text } from "../text/en";
import type { App } from "./app";
import { likelyContext } from "./clusters";
import { USUAL_MINUTES } from "./keeping";
import { type ForwardOptions, optionsOf, withOptions } from "./options";

/** The order in which kinds are listed; the engine lists those that it finds so too. */
const KINDS: TargetKind[] = [
  "selector",
  "service",
  "deployment",
  "statefulSet",
  "daemonSet",
  "replicaSet",
  "job",
  "pod",
];
/** Neither in names nor in ports, so that whoever types it means labels. */
const OF_LABELS = /[=!]| in \(| notin \(/;
/** Mappings are checked when typing pauses this long. */
const CHECK_AFTER_MS = 120;

/** One declared port with what the person chose for it. */
export interface PortChoice extends DeclaredPort {
  ticked: boolean;
  local: string;
  error: string | null;
}

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

/** What can be forwarded to in the chosen namespace. */
export interface Targets {
  list: TargetSummary[];
  notices: Problem[];
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
  keep = $state(USUAL_MINUTES);
  options: ForwardOptions = $state(optionsOf());
  saving = $state(false);
  problem: Problem | null = $state.raw(null);

  readonly #app: App;
  #name: string | null = $state(null);
  // Answers to questions that are no longer asked are dropped by these numbers.
  #asked = 0;
  #checked = 0;
  #checkTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(app: App, context: ContextRef | null) {
    this.#app = app;
    const { section } = app.navigation;
    if (section.type === "group") this.options.group = section.key;
    const first = context ?? likelyContext(app.session.model, app.navigation.section);
    if (first !== null) void this.chooseContext(first);
    void this.#reloadContexts();
  }

  /** The name it will have; the target's unless the person typed one. */
  get name(): string {
    return this.#name ?? this.chosen?.target.name ?? "";
  }
  set name(value: string) {
    this.#name = value;
  }

  /** The targets that match the search, in groups by kind. */
  readonly groups = $derived.by(() => {
    if (this.targets.type !== "loaded") return [];
    const labels = this.search.trim();
    const words = labels.toLowerCase().split(/\s+/).filter(Boolean);
    const found = OF_LABELS.test(labels)
      ? [podsWith(labels)]
      : this.targets.value.list.filter((summary) => matches(summary, words));
    return KINDS.map((kind) => ({
      kind,
      targets: found.filter(({ target }) => target.kind === kind),
    })).filter(({ targets }) => targets.length > 0);
  });

  /** The same without groups, for the keyboard. */
  readonly found = $derived(this.groups.flatMap(({ targets }) => targets));

  readonly mappings = $derived([
    ...this.ports.filter((port) => port.ticked).map((port) => mappingOf(port.local, port.number)),
    ...splitMappings(this.other),
  ]);

  readonly canSave = $derived(
    this.chosen !== null && this.chosen.obstacle === null && this.mappings.length > 0 && !this.saving,
  );

  async chooseContext(context: ContextRef): Promise<void> {
    this.context = context;
    this.namespace = "";
    this.targets = { type: "loading" };
    this.namespaces = { type: "loading" };
    this.#forget();
    const asked = ++this.#asked;
    try {
      const { backend } = this.#app;
      if (context.kind === "demo") await backend.execute({ type: "startDemo" });
      const reply = await ask(backend, { type: "listNamespaces", context }, "namespaces");
      if (asked !== this.#asked) return;
      this.namespaces = { type: "loaded", value: { names: reply.names, notice: reply.notice } };
      await this.chooseNamespace(reply.preferred);
    } catch (thrown) {
      if (asked !== this.#asked) return;
      const problem = problemOf(thrown);
      this.namespaces = { type: "failed", problem };
      this.targets = { type: "failed", problem };
    }
  }

  async chooseNamespace(namespace: string): Promise<void> {
    if (this.context === null || namespace === "") return;
    this.namespace = namespace;
    this.targets = { type: "loading" };
    this.#forget();
    const asked = ++this.#asked;
    try {
      const question = { type: "listTargets" as const, context: this.context, namespace };
      const { targets, notices } = await ask(this.#app.backend, question, "targets");
      if (asked === this.#asked) this.targets = { type: "loaded", value: { list: targets, notices } };
    } catch (thrown) {
      if (asked === this.#asked) this.targets = { type: "failed", problem: problemOf(thrown) };
    }
  }

  /** Reads the kubeconfig files and asks the cluster again for what did not come or may be old. */
  async reload(): Promise<void> {
    await this.#reloadContexts();
    if (this.context === null) return;
    if (this.namespace === "") await this.chooseContext(this.context);
    else await this.chooseNamespace(this.namespace);
  }

  /** Chooses what to forward to; all its ports are ticked. */
  choose(summary: TargetSummary): void {
    if (this.chosen !== null && sameTarget(this.chosen.target, summary.target)) return;
    this.chosen = summary;
    this.ports = summary.ports.map((port) => ({ ...port, ticked: true, local: "", error: null }));
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
          bindAddress: "localhost",
          transport: this.transport,
          route: this.route,
          keepUnusedMinutes: this.keep,
        },
        this.options,
      );
      return (await ask(this.#app.backend, { type: "create", draft, connect }, "created")).id;
    } catch (thrown) {
      this.problem = problemOf(thrown);
      return null;
    } finally {
      this.saving = false;
    }
  }

  /** A person may have got a new context since the files were read last. */
  async #reloadContexts(): Promise<void> {
    const reply = await this.#app.run({ type: "reloadContexts" });
    if (reply?.type !== "contexts" || this.context !== null) return;
    const { session, navigation } = this.#app;
    const first = likelyContext({ ...session.model, catalog: reply.catalog }, navigation.section);
    if (first !== null) await this.chooseContext(first);
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

  #forget(): void {
    this.chosen = null;
    this.ports = [];
    this.other = "";
    this.otherErrors = [];
    this.search = "";
    this.problem = null;
  }
}

/** Whether two targets are the same thing. */
export function sameTarget(a: Target, b: Target): boolean {
  return a.kind === b.kind && a.name === b.name;
}

/** The pods with these labels; how many there are and what their ports are, nobody has counted. */
function podsWith(labels: string): TargetSummary {
  return { target: { kind: "selector", name: labels }, ready: 0, wanted: 0, ports: [], obstacle: null };
}

function matches(summary: TargetSummary, words: string[]): boolean {
  const ports = summary.ports.map((port) => `${port.number} ${port.name ?? ""}`).join(" ");
  const haystack = `${text.kind[summary.target.kind]} ${summary.target.name} ${ports}`.toLowerCase();
  return words.every((word) => haystack.includes(word));
}
