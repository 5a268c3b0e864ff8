import { ask, type Backend } from "../backend/backend";
import { problemOf } from "../backend/problem";
import type { Pasted, PastedContext, Problem, SignIn, Trust } from "../backend/types";

/** A pasted text is read when typing pauses this long. */
const READ_AFTER_MS = 150;

/** A text that was pasted to sign in with, and what the engine read in it. */
export class PastedLogin {
  text = $state("");
  pasted: Pasted | null = $state.raw(null);
  problem: Problem | null = $state.raw(null);
  /** The password that is not in the text. */
  password = $state("");
  /** What `pasted` was read in. */
  #read: string | null = $state(null);
  #context: string | null = $state(null);
  #asked = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(readonly backend: Backend) {}

  /** The context of the kubeconfig that is meant: the first that can be used, unless the person chose another. */
  readonly context: PastedContext | null = $derived.by(() => {
    if (this.pasted?.type !== "kubeconfig") return null;
    const { contexts } = this.pasted;
    return (
      contexts.find(({ name }) => name === this.#context) ??
      contexts.find(({ unusable }) => unusable === null) ??
      null
    );
  });

  readonly server = $derived(
    this.pasted?.type === "login" ? this.pasted.server : (this.context?.server ?? ""),
  );
  readonly suggestedName = $derived(
    this.pasted?.type === "login" ? this.pasted.name : (this.context?.name ?? ""),
  );
  readonly namespace = $derived(this.context?.namespace ?? "");
  readonly method = $derived(
    this.pasted?.type === "login" ? this.pasted.method : (this.context?.method ?? null),
  );

  /** Whether a password has to be given besides. */
  readonly needsPassword: boolean = $derived.by(() => {
    const from = this.pasted?.type === "login" ? this.pasted : this.context;
    return from?.method === "password" && !from.hasSecret;
  });

  /** Whether there is enough to sign in with, and what is shown of it is what it says. */
  readonly complete = $derived(
    this.text === this.#read &&
      (this.pasted?.type === "login" || (this.context !== null && this.context.unusable === null)) &&
      (!this.needsPassword || this.password !== ""),
  );

  /** Whose word counts for the certificate at first. */
  get trust(): Trust {
    if (this.context !== null) return this.context.trust;
    const file = this.pasted?.type === "login" ? this.pasted.authority : null;
    return file === null ? { kind: "system" } : { kind: "file", path: file };
  }

  choose(context: string): void {
    this.#context = context;
    // It was typed for the one before.
    this.password = "";
  }

  /** Has the text read when typing pauses. */
  edited(): void {
    clearTimeout(this.#timer);
    this.#asked += 1;
    this.problem = null;
    if (this.text.trim() === "") this.pasted = null;
    else this.#timer = setTimeout(() => void this.#readText(), READ_AFTER_MS);
  }

  /** For the engine. */
  signIn(): SignIn {
    const { text, password, context, method, pasted } = this;
    if (pasted?.type === "login" && method === "browser") return { method: "browser" };
    return {
      method: "pasted",
      text,
      ...(context === null ? {} : { context: context.name }),
      ...(this.needsPassword ? { password } : {}),
    };
  }

  /** Lets go of the text and all that was read in it. */
  clear(): void {
    clearTimeout(this.#timer);
    this.#asked += 1;
    this.text = "";
    this.password = "";
    this.pasted = null;
    this.problem = null;
    this.#read = null;
    this.#context = null;
  }

  async #readText(): Promise<void> {
    const asked = ++this.#asked;
    const { text, server } = this;
    try {
      const { pasted } = await ask(this.backend, { type: "readPasted", text }, "pasted");
      if (asked !== this.#asked) return;
      this.pasted = pasted;
      this.#read = text;
      if (this.server !== server) this.password = "";
    } catch (thrown) {
      if (asked !== this.#asked) return;
      this.pasted = null;
      this.problem = problemOf(thrown);
    }
  }
}
