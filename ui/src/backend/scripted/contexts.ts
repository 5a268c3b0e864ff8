import { clusterOf } from "../../state/view";
import { BackendError } from "../backend";
import type { Command, ContextCatalog, ContextRef, Event, Reply, TargetSummary } from "../types";
import type { Accounts } from "./accounts";
import { bigCluster, demoCluster } from "./cluster";
import { clustersOf } from "./clusters";
import { problem } from "./problem";
import type { Scenario } from "./scenario";

/** The kubeconfig files with their contexts, and what runs in the clusters that these lead to. */
export class ScriptedContexts {
  catalog: ContextCatalog;

  constructor(
    readonly scenario: Scenario,
    readonly accounts: Accounts,
    readonly tell: (event: Event) => void,
    readonly wait: (milliseconds: number) => Promise<void>,
  ) {
    this.catalog = scenario.catalog;
  }

  /** The answer; null to what others answer. */
  async execute(command: Command): Promise<Reply | null> {
    switch (command.type) {
      case "reloadContexts":
        this.catalog = this.scenario.catalogLater ?? this.catalog;
        this.tell({ type: "contextsChanged", catalog: this.catalog });
        this.accounts.take(clustersOf(this.catalog));
        return { type: "contexts", catalog: this.catalog };
      case "addKubeconfigFile":
      case "removeKubeconfigFile":
        return this.#file(command.path, command.type === "addKubeconfigFile");
      case "listNamespaces":
        return this.namespaces(command.context);
      case "listTargets":
        return this.targets(command.context, command.namespace);
      default:
        return null;
    }
  }

  async namespaces(context: ContextRef): Promise<Extract<Reply, { type: "namespaces" }>> {
    await this.#answer(context);
    if (context.kind === "demo") {
      return { type: "namespaces", names: Object.keys(demoCluster), preferred: "demo", notice: null };
    }
    const preferred =
      this.catalog.contexts.find(({ name }) => context.kind === "kubeconfig" && name === context.name)
        ?.namespace ?? "default";
    if (!this.scenario.namespacesForbidden) {
      return { type: "namespaces", names: Object.keys(bigCluster), preferred, notice: null };
    }
    const notice = problem("forbidden", {
      what: "You are not allowed to list namespaces.",
      why: "The server says: namespaces is forbidden.",
      remedy: "Type the name of the namespace.",
    });
    return { type: "namespaces", names: [], preferred, notice };
  }

  async targets(context: ContextRef, namespace: string): Promise<Extract<Reply, { type: "targets" }>> {
    await this.#answer(context);
    const cluster = context.kind === "demo" ? demoCluster : bigCluster;
    const targets: TargetSummary[] = cluster[namespace] ?? [];
    return { type: "targets", targets, notices: [] };
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
    const others = (this.catalog.files ?? []).filter((file) => file.path !== path);
    const files = add ? [...others, { path, added: true, exists: true }] : others;
    this.catalog = { ...this.catalog, files };
    this.tell({ type: "contextsChanged", catalog: this.catalog });
    return { type: "contexts", catalog: this.catalog };
  }

  async #answer(context: ContextRef): Promise<void> {
    await this.wait(180);
    if (this.scenario.listsHang) await new Promise(() => undefined);
    // What nobody is signed in to lists nothing.
    const standing = clusterOf(context, this.accounts.clusters)?.standing;
    if (standing?.type === "needsSignIn") throw new BackendError(standing.problem);
    if (this.scenario.unreachable && context.kind !== "demo") {
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
}
