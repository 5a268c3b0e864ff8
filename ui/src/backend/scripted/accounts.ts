import { BackendError } from "../backend";
import type {
  ClusterDraft,
  ClusterView,
  Command,
  ContextRef,
  Event,
  KeepSecret,
  KeyringState,
  Problem,
  Reply,
  ServerReport,
  SignIn,
  Trust,
} from "../types";
import { ownCertificate, routerCertificate } from "./clusters";
import { readPasted } from "./pasted";
import { problem } from "./problem";

const locked: Problem = problem("keyring", {
  what: "The keyring is locked.",
  why: "The Secret Service did not unlock the collection “login” within 60 s.",
  remedy: "Unlock it and try again, or keep the sign-in for this session only.",
  action: { type: "keepForSession" },
});

/** Clusters, sign-ins and the keyring of a scripted engine. */
export class Accounts {
  keyring: KeyringState = { type: "unknown" };
  secrets: number;
  readonly #removed = new Map<string, ClusterView>();
  readonly #waiting = new Set<(cancelled: boolean) => void>();
  #locked: boolean;
  #next = 1;

  constructor(
    public clusters: ClusterView[],
    keyringLocked: boolean,
    readonly tell: (event: Event) => void,
    readonly wait: (milliseconds: number) => Promise<void>,
    /** Somebody signed in, or a cluster is trusted now. */
    readonly signedIn: (context: ContextRef) => void,
  ) {
    this.#locked = keyringLocked;
    if (keyringLocked) this.keyring = { type: "unavailable", problem: locked };
    this.secrets = clusters.filter(({ kept }) => kept !== undefined).length;
  }

  /** The answer; null to what others answer. */
  async execute(command: Command): Promise<Reply | null> {
    switch (command.type) {
      case "readPasted":
        return { type: "pasted", pasted: readPasted(command.text) };
      case "probeServer":
        await this.wait(200);
        return { type: "server", report: probe(command.server, command.trust) };
      case "addCluster":
        return this.#add(command.draft, command.signIn, command.keep ?? "keyring");
      case "updateCluster":
        this.#change({ kind: "own", id: command.id }, (known) => ({
          ...described(command.draft, command.id),
          standing: { type: "reachable" },
          mark: known.mark,
        }));
        this.signedIn({ kind: "own", id: command.id });
        break;
      case "removeCluster": {
        const view = this.#get({ kind: "own", id: command.id });
        this.#removed.set(command.id, view);
        this.#show(this.clusters.filter((cluster) => cluster !== view));
        this.#count();
        break;
      }
      case "restoreCluster": {
        const view = this.#removed.get(command.id);
        if (view !== undefined) this.#show([...this.clusters, view]);
        this.#count();
        break;
      }
      case "signIn":
        await this.#signIn(command.context, command.signIn, command.keep ?? "keyring");
        break;
      case "cancelSignIn":
        for (const end of this.#waiting) end(true);
        break;
      case "signOut": {
        const { context } = command;
        const signedOut = problem("unauthorized", {
          what: "You are signed out.",
          action: { type: "signIn", context },
        });
        this.#change(context, ({ kept, ...known }) => ({
          ...known,
          standing: { type: "needsSignIn", problem: signedOut },
        }));
        this.#count();
        break;
      }
      case "forgetSecrets":
        this.#show(this.clusters.map(({ kept, ...known }) => known));
        this.#count();
        break;
      case "retryKeyring":
        await this.wait(200);
        this.#locked = false;
        this.keyring = { type: "working" };
        this.#count();
        break;
      case "markContext":
        this.#change(command.context, () => ({ mark: command.mark }));
        break;
      default:
        return null;
    }
    return { type: "done" };
  }

  /** The catalog was read anew: what is known of its contexts stays. */
  take(clusters: ClusterView[]): void {
    const own = this.clusters.filter(({ context }) => context.kind === "own");
    const known = clusters.map((view) => this.#find(view.context) ?? view);
    this.#show([...known, ...own]);
  }

  async #add(draft: ClusterDraft, signIn: SignIn, keep: KeepSecret): Promise<Reply> {
    await this.#check(draft.server, draft.trust, signIn, keep);
    if (probe(draft.server, draft.trust).certificate?.distrust != null) {
      throw new BackendError(
        problem("untrusted", {
          what: "The cluster's certificate is not trusted.",
          why: "The authority in the kubeconfig has not signed it.",
          remedy: "Add its authority to the kubeconfig.",
        }),
      );
    }
    const id = `own-${this.#next++}`;
    const context = { kind: "own", id } as const;
    this.#show([
      ...this.clusters.filter((view) => view.context.kind !== "demo"),
      { ...described(draft, id), standing: { type: "reachable" }, user: "ada", kept: keep },
      ...this.clusters.filter((view) => view.context.kind === "demo"),
    ]);
    this.#count();
    return { type: "clusterAdded", context };
  }

  async #signIn(context: ContextRef, signIn: SignIn, keep: KeepSecret): Promise<void> {
    const before = this.#get(context);
    if (signIn.method === "browser") {
      const address = `${before.server.replace("api.", "oauth.")}/oauth/authorize?client_id=culvert`;
      this.#change(context, () => ({ standing: { type: "signingIn", address } }));
    }
    try {
      await this.#check(before.server, { kind: "system" }, signIn, keep);
    } catch (thrown) {
      this.#change(context, () => ({ standing: before.standing }));
      throw thrown;
    }
    this.#change(context, ({ expiresAtMs, ...known }) => ({
      ...known,
      standing: { type: "reachable" },
      user: "ada",
      kept: keep,
    }));
    this.#count();
    this.signedIn(context);
  }

  async #check(server: string, trust: Trust, signIn: SignIn, keep: KeepSecret): Promise<void> {
    await this.wait(250);
    if (!server.includes("lab")) probe(server, trust);
    if (signIn.method === "browser" && (await this.#browser())) {
      throw new BackendError(problem("badLogin", { what: "The sign-in was cancelled.", why: "" }));
    }
    const secret = "token" in signIn ? signIn.token : "password" in signIn ? signIn.password : "";
    if (secret === "wrong") {
      throw new BackendError(
        problem("badLogin", {
          what: "The server does not accept this sign-in.",
          why: "The server says: Unauthorized (401).",
          remedy: "Check what you typed, or copy a new token.",
        }),
      );
    }
    if (this.#locked && keep === "keyring") throw new BackendError(locked);
  }

  /** Whether the person gave up at the browser. */
  #browser(): Promise<boolean> {
    return new Promise((resolve) => {
      const end = (cancelled: boolean) => {
        this.#waiting.delete(end);
        resolve(cancelled);
      };
      this.#waiting.add(end);
      void this.wait(8000).then(() => end(false));
    });
  }

  #find(context: ContextRef): ClusterView | undefined {
    const key = JSON.stringify(context);
    return this.clusters.find((view) => JSON.stringify(view.context) === key);
  }

  #get(context: ContextRef): ClusterView {
    const view = this.#find(context);
    if (view === undefined) {
      throw new BackendError(problem("badInput", { what: "This cluster does not exist any more." }));
    }
    return view;
  }

  #change(context: ContextRef, what: (known: ClusterView) => Partial<ClusterView>): void {
    const known = this.#get(context);
    const changed = what(known);
    // A whole description takes the place of what was known; a part of one is laid over it.
    const next = "context" in changed ? (changed as ClusterView) : { ...known, ...changed };
    this.#show(this.clusters.map((view) => (view === known ? next : view)));
  }

  #show(clusters: ClusterView[]): void {
    this.clusters = clusters;
    this.tell({ type: "clustersChanged", clusters });
  }

  #count(): void {
    this.secrets = this.clusters.filter(({ kept }) => kept !== undefined).length;
    if (this.secrets > 0 && !this.#locked) this.keyring = { type: "working" };
    this.tell({ type: "keyringChanged", keyring: this.keyring, secrets: this.secrets });
  }
}

function described({ name, server, trust, namespace }: ClusterDraft, id: string): ClusterView {
  return {
    context: { kind: "own", id },
    name: name || server,
    server,
    standing: { type: "unknown" },
    mark: { production: false, colour: null },
    signInMethods: ["browser", "password", "token", "certificate"],
    kept: "keyring",
    own: { id, trust, ...(namespace === undefined ? {} : { namespace }) },
  };
}

/**
 * A host called “nowhere” does not answer, one called “selfsigned” is not trusted, one called “plain” is no OpenShift, one
 * called “crc” is not trusted and signs people in at another one.
 */
function probe(server: string, trust: Trust): ServerReport {
  if (server.includes("nowhere")) {
    throw new BackendError(
      problem("unreachable", {
        what: "The server does not answer.",
        why: `The name in ${server} is not known.`,
        remedy: "Check the address, the network and the VPN.",
      }),
    );
  }
  const own = /selfsigned|lab|crc/.test(server);
  const { distrust } = ownCertificate;
  const openshift = !server.includes("plain");
  const pinned = trust.kind === "pinned" && trust.sha256.includes(routerCertificate.sha256);
  return {
    signInServer: server.includes("crc")
      ? {
          url: "https://oauth-openshift.apps-crc.testing",
          certificate: { ...routerCertificate, distrust: pinned ? null : distrust },
        }
      : null,
    certificate: { ...ownCertificate, distrust: own && trust.kind === "system" ? distrust : null },
    openshift,
    methods: openshift ? ["browser", "password", "token", "certificate"] : ["token", "certificate"],
  };
}
