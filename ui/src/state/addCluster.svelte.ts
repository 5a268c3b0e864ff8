import { ask, type Backend } from "../backend/backend";
import type { CertificateView, ContextRef, ServerReport, SignIn, Trust } from "../backend/types";
import { Attempt, kept } from "./attempt.svelte";
import { PastedLogin } from "./pastedLogin.svelte";
import { pinnedToo } from "./certificatePins";
import { SignInForm } from "./signInForm.svelte";

/** How a cluster is added. */
export type Way = "paste" | "server" | "file";

/** What a cluster is called where nobody has said so: its host, without what all API servers are called. */
export function nameOfServer(server: string): string {
  const host = /^(?:[a-z]+:\/\/)?(\[[^\]]+\]|[^/:?#\s]+)/i.exec(server.trim())?.[1] ?? "";
  return host.replace(/^api\./i, "");
}

/** The state of the Add cluster screen. */
export class AddCluster {
  way: Way = $state("paste");
  readonly paste: PastedLogin;
  readonly form = new SignInForm();
  readonly attempt = new Attempt();
  server = $state("");
  namespace = $state("");
  /** The path of a kubeconfig file. */
  file = $state("");
  /** What the server said; of the server and trust that are asked for now. */
  report: ServerReport | null = $state.raw(null);
  /** The certificate of which the person is asked whether it is the right one. */
  question: CertificateView | null = $state.raw(null);
  /** Whose it is, where it is not the cluster's own: the URL of the server that it signs people in at. */
  signInServer: string | undefined = $state();
  probing = $state(false);
  #name: string | null = $state(null);
  /** What the person said about the certificate; nothing yet. */
  #trust: Trust | null = null;
  #probed = "";

  constructor(readonly backend: Backend) {
    this.paste = new PastedLogin(backend);
  }

  /** The name it will have; a suggested one unless the person typed one. */
  get name(): string {
    const suggested = this.way === "paste" ? this.paste.suggestedName : nameOfServer(this.server);
    return this.#name ?? suggested;
  }
  set name(value: string) {
    this.#name = value;
  }

  readonly #method = $derived.by(() => (this.way === "paste" ? this.paste.method : this.form.method));

  readonly waitsForBrowser = $derived.by(
    () => this.attempt.busy && this.#method === "browser" && this.question === null && !this.probing,
  );

  /** Whether there is enough to go on with. */
  readonly ready = $derived.by(() => {
    if (this.attempt.busy || this.question !== null) return false;
    if (this.way === "paste") return this.paste.complete;
    return this.server.trim() !== "" && (this.report === null || this.form.complete);
  });

  /** The server or the pasted text is another now: what was said about the one before counts no more. */
  changed(): void {
    // It must not be added any more.
    if (this.attempt.busy) void this.cancel();
    this.report = null;
    this.question = null;
    this.signInServer = undefined;
    this.#trust = null;
    this.#probed = "";
    this.probing = false;
    this.attempt.giveUp();
  }

  show(way: Way): void {
    if (way === this.way) return;
    this.changed();
    this.way = way;
  }

  /** Asks the server for its certificate and its methods, once for each. */
  async probe(): Promise<void> {
    if (this.server.trim() === "" || this.#probed === this.server.trim()) return;
    await this.#try((isCurrent) => this.#probe(this.server.trim(), isCurrent).then(() => null));
  }

  /** Goes one step further; answers the cluster once it is added. */
  async next(session = false): Promise<ContextRef | null> {
    if (this.way === "server" && this.report === null) {
      await this.probe();
      return null;
    }
    const pasted = this.way === "paste";
    const server = pasted ? this.paste.server : this.server.trim();
    const signIn = pasted ? this.paste.signIn() : this.form.signIn();
    return this.#try(async (isCurrent) => {
      if (pasted && !(await this.#probe(server, isCurrent))) return null;
      if (this.#asksForSignInServer()) return null;
      return this.#add(server, signIn, session);
    });
  }

  /** The person has said whose word counts for the certificate. */
  async answer(trust: Trust): Promise<ContextRef | null> {
    const signInServer = this.signInServer !== undefined;
    const own = this.report?.certificate ?? null;
    this.#trust =
      signInServer && trust.kind === "pinned" ? pinnedToo(this.#trusted(), own, trust.sha256) : trust;
    this.question = null;
    this.signInServer = undefined;
    this.#probed = "";
    if (this.way === "paste") return this.next();
    await this.probe();
    // The person had everything filled in when this was asked.
    return signInServer && this.report !== null && this.question === null ? this.next() : null;
  }

  /** Waits no more for the browser. */
  async cancel(): Promise<void> {
    this.attempt.giveUp();
    await this.backend.execute({ type: "cancelSignIn" }).catch(() => undefined);
  }

  /** The screen is left: nothing secret stays. */
  leave(): void {
    this.form.clear();
    this.paste.clear();
    this.#name = null;
    this.changed();
  }

  async #try(what: (isCurrent: () => boolean) => Promise<ContextRef | null>): Promise<ContextRef | null> {
    const context = await this.attempt.run(what);
    if (context !== null) {
      this.form.clear();
      this.paste.clear();
    }
    return context;
  }

  /** Asks about the certificate of the server that is signed in at, where that matters and is not trusted. */
  #asksForSignInServer(): boolean {
    const server = this.report?.signInServer;
    const goesThere = this.#method === "password" || this.#method === "browser";
    if (!goesThere || server?.certificate.distrust == null) return false;
    this.question = server.certificate;
    this.signInServer = server.url;
    return true;
  }

  /** Whether the server's certificate is trusted, and still of interest; if it is not trusted, the person is asked. */
  async #probe(server: string, isCurrent: () => boolean): Promise<boolean> {
    this.probing = true;
    try {
      const { report } = await ask(
        this.backend,
        { type: "probeServer", server, trust: this.#trusted() },
        "server",
      );
      if (!isCurrent()) return false;
      if (report.certificate?.distrust != null) {
        this.question = report.certificate;
        return false;
      }
      this.#probed = server;
      this.report = report;
      this.form.offer(report.methods);
      return true;
    } finally {
      if (isCurrent()) this.probing = false;
    }
  }

  async #add(server: string, signIn: SignIn, session: boolean): Promise<ContextRef> {
    const namespace = (this.way === "paste" ? this.paste.namespace : this.namespace).trim();
    const draft = {
      name: this.name.trim(),
      server,
      trust: this.#trusted(),
      ...(namespace === "" ? {} : { namespace }),
    };
    const command = { type: "addCluster" as const, draft, signIn, keep: kept(session) };
    return (await ask(this.backend, command, "clusterAdded")).context;
  }

  #trusted(): Trust {
    return this.#trust ?? (this.way === "paste" ? this.paste.trust : { kind: "system" });
  }
}
