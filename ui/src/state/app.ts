import { createContext } from "svelte";
import type { Backend, Errand } from "../backend/backend";
import { problemOf } from "../backend/problem";
import type {
  ClusterView,
  Command,
  ContextRef,
  ForwardView,
  Problem,
  ProfileId,
  Reply,
  Subject,
} from "../backend/types";
import { commandLine } from "../format/commandLine";
import { diagnostics } from "../format/diagnostics";
import { text } from "../text";
import { Drag } from "./drag.svelte";
import { markOf } from "./marks";
import { draftOf } from "./draft";
import { Recents } from "./recents.svelte";
import { Zoom } from "./zoom.svelte";
import { Navigation } from "./navigation.svelte";
import { Session } from "./session.svelte";
import { clusterOf } from "./view";
import { Toasts } from "./toasts.svelte";

/** What a person can do, and the state it acts on. Components get it from {@link useApp}. */
export class App {
  readonly session: Session;
  readonly navigation = new Navigation();
  readonly toasts = new Toasts();
  /** What was chosen in the palette. */
  readonly chosen = new Recents("chosen");
  /** Namespaces that were forwarded from, each after its cluster. */
  readonly namespaces = new Recents("namespaces");
  readonly zoom = new Zoom();
  readonly drag = new Drag();

  constructor(readonly backend: Backend) {
    this.session = new Session(backend, (errand) => this.#go(errand));
  }

  /** Runs a command; a failure is shown as a message. */
  async run(command: Command): Promise<Reply | null> {
    try {
      return await this.backend.execute(command);
    } catch (thrown) {
      this.toasts.problem(problemOf(thrown));
      return null;
    }
  }

  /** Turns a forward on or off; one that asks first is asked about in the list. */
  async toggle({ profile }: ForwardView): Promise<void> {
    this.navigation.asking = null;
    if (!profile.on && (profile.askFirst || this.isProduction(profile.context)))
      this.navigation.ask(profile.id);
    else await this.run({ type: profile.on ? "disconnect" : "connect", id: profile.id });
  }

  /** Whether the person marked the cluster as production. */
  isProduction(context: ContextRef): boolean {
    return markOf(context, this.session.model.clusters).production;
  }

  /** Does what the tray or a dropped file has the window do: it shows a guarded forward and asks, or another screen. */
  #go(errand: Errand): void {
    const { navigation } = this;
    if (errand.type === "open") {
      this.#takeIn(errand.path, errand.others);
      return;
    }
    // What lies over the screen would hide it.
    navigation.overlay = null;
    navigation.dialog = null;
    if (errand.type === "settings") navigation.settings();
    else {
      navigation.reveal(errand.id);
      navigation.ask(errand.id);
    }
  }

  /** Shows a file that was dropped on the window, or offers to where something is being typed. */
  #takeIn(path: string, others: number): void {
    const words = text.exchange.dropped;
    const open = () => this.navigation.openFile(path);
    if (this.navigation.covers(path)) this.toasts.show(words.waits(path), { label: words.open, run: open });
    else open();
    if (others > 0) this.toasts.show(words.onlyOne);
  }

  /** Takes the answer of the person who was asked whether to turn a forward on. */
  async answer(id: ProfileId, connect: boolean): Promise<void> {
    this.navigation.asking = null;
    if (connect) await this.run({ type: "connect", id, confirmed: true });
  }

  /** Does what the one button of a problem promises. */
  async remedy(id: ProfileId, problem: Problem): Promise<void> {
    switch (problem.action?.type) {
      case "retry":
        await this.run({ type: "connect", id });
        break;
      case "useFreePort":
        await this.run({ type: "useFreePort", id, port: problem.action.port });
        break;
      case "edit":
        // What does not get through is changed where the way is chosen.
        this.navigation.edit(id, problem.code === "noTransport" ? "connection" : "name");
        break;
      case "acceptCluster":
        this.navigation.dialog = { type: "accept", id };
        break;
      case "signIn":
      case "keepForSession":
      case "trustServer":
        this.#signInFor(id, problem);
        break;
      case undefined:
        break;
    }
  }

  /** Does what the one button of a cluster's problem promises. */
  remedyCluster(context: ContextRef, problem: Problem): void {
    switch (problem.action?.type) {
      case "signIn":
        this.navigation.dialog = { type: "signIn", context };
        break;
      case "trustServer":
        this.navigation.dialog = { type: "trust", context, forward: null };
        break;
      case "edit":
        this.navigation.dialog = { type: "editCluster", context };
        break;
      case "keepForSession":
        this.navigation.dialog = { type: "signIn", context, session: true };
        break;
      default:
        void this.session.ladder.begin({ type: "cluster", context });
    }
  }

  /** Finds out why something does not work, and shows it. */
  why(subject: Subject): void {
    if (subject.type === "forward") this.navigation.select(subject.id);
    void this.session.ladder.begin(subject);
  }

  async signOut({ context, name }: ClusterView): Promise<void> {
    if ((await this.run({ type: "signOut", context })) === null) return;
    this.toasts.show(text.clusters.signedOut(name), {
      label: text.clusters.signIn,
      run: () => (this.navigation.dialog = { type: "signIn", context }),
    });
  }

  async removeCluster({ context, own, name }: ClusterView): Promise<void> {
    if (own === undefined) return;
    const forgotten = (await this.run({ type: "removeCluster", id: own.id })) !== null;
    // It may be gone though its sign-in is not, which has been said.
    if (!forgotten && clusterOf(context, this.session.model.clusters) !== undefined) return;
    this.toasts.done(
      forgotten ? text.clusters.removed(name) : text.clusters.removedOnly(name),
      () => void this.run({ type: "restoreCluster", id: own.id }),
    );
  }

  async duplicate({ profile }: ForwardView): Promise<void> {
    const draft = { ...draftOf(profile), name: text.details.copyName(profile.name) };
    const reply = await this.run({ type: "create", draft, connect: false });
    if (reply?.type !== "created") return;
    this.navigation.reveal(reply.id);
    this.navigation.edit(reply.id);
  }

  /** Has the person choose a file; null where they do not. */
  async chooseFile(): Promise<string | null> {
    try {
      return await this.backend.chooseFile();
    } catch (thrown) {
      this.toasts.problem(problemOf(thrown));
      return null;
    }
  }

  /** Has the person choose where a new file is to be; null where they do not. */
  async chooseNewFile(name: string): Promise<string | null> {
    try {
      return await this.backend.chooseNewFile(name);
    } catch (thrown) {
      this.toasts.problem(problemOf(thrown));
      return null;
    }
  }

  /** Forwards were taken over from a file: shows them, and how to take that back. */
  imported(number: number, count: number): void {
    this.navigation.search = "";
    this.navigation.showSection({ type: "all" });
    // Later they may be in use.
    this.toasts.done(text.exchange.import.done(count), () => void this.#undoImport(number), { lasts: false });
  }

  /** Whether the text is on the clipboard now. */
  async copy(words: string): Promise<boolean> {
    try {
      await this.backend.copyText(words);
      return true;
    } catch (thrown) {
      this.toasts.problem(problemOf(thrown));
      return false;
    }
  }

  async copyCommand(forward: ForwardView, program: "kubectl" | "oc"): Promise<void> {
    const line = commandLine(forward, program);
    if (line !== null && (await this.copy(line))) this.toasts.show(text.details.copiedCommand);
  }

  /** Copies what helps to find out what is wrong. */
  async copyDiagnostics(): Promise<void> {
    try {
      const facts = diagnostics(await this.backend.about(), this.session.model);
      if (await this.copy(facts)) this.toasts.show(text.settings.copiedDiagnostics);
    } catch (thrown) {
      this.toasts.problem(problemOf(thrown));
    }
  }

  /** Opens a port of a forward in the browser; the port is an index in the profile's ports. */
  async open(id: ProfileId, portIndex: number): Promise<void> {
    try {
      await this.backend.openInBrowser(id, portIndex);
    } catch (thrown) {
      this.toasts.problem(problemOf(thrown));
    }
  }

  #signInFor(id: ProfileId, { action }: Problem): void {
    const context =
      action !== null && "context" in action ? action.context : this.session.forward(id)?.profile.context;
    if (context === undefined) return;
    this.navigation.dialog =
      action?.type === "trustServer"
        ? { type: "trust", context, forward: id }
        : { type: "signIn", context, session: action?.type === "keepForSession" };
  }

  async #undoImport(number: number): Promise<void> {
    if ((await this.run({ type: "undoImport", import: number })) !== null)
      this.toasts.show(text.exchange.import.undone);
  }
}

export const [useApp, provideApp] = createContext<App>();
