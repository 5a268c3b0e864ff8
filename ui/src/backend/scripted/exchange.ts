import { BackendError } from "../backend";
import type {
  Command,
  ContextRef,
  ForwardView,
  ImportPreview,
  ImportRow,
  ProfileDraft,
  ProfileId,
  Reply,
} from "../types";
import { problem } from "./problem";

/** What a scripted engine does with its forwards for a file. */
export interface Shelf {
  forwards: () => ForwardView[];
  create: (draft: ProfileDraft) => ProfileId;
  update: (id: ProfileId, draft: ProfileDraft) => void;
  remove: (id: ProfileId) => void;
  draftOf: (id: ProfileId) => ProfileDraft;
}

/** Files that go and come: what is in them is told by their names. */
export class Exchange {
  #number = 0;
  #preview: ImportPreview | null = null;
  #undo: (() => void)[] = [];

  constructor(readonly shelf: Shelf) {}

  /** Null for a command of another kind. */
  execute(command: Command): Reply | null {
    switch (command.type) {
      case "exportProfiles": {
        if (!command.path.startsWith("/")) throw notWhole(command.path);
        if (command.path.includes("there") && command.replace !== true) {
          throw new BackendError(
            problem("fileExists", {
              what: "There is a file of that name already.",
              why: `${command.path} would be replaced.`,
              remedy: "Choose another name, or replace the file.",
            }),
          );
        }
        const count = command.ids?.length ?? this.shelf.forwards().length;
        return { type: "exported", count, path: command.path };
      }
      case "readImport": {
        const { path } = command;
        if (!path.startsWith("/")) throw notWhole(path);
        if (path.includes("broken")) {
          throw new BackendError(
            problem("badFile", {
              what: "The file cannot be used.",
              why: "It is not JSON, or was cut off: line 3, column 14 is not understood.",
              remedy: "Export the forwards again, then import that file.",
            }),
          );
        }
        const chosen = command.clusters?.find(({ key }) => key === "1")?.context ?? null;
        const rows = path.includes("same") ? this.#same() : this.#rows(path.includes("kftray"), chosen);
        this.#preview = {
          import: ++this.#number,
          path,
          kind: path.includes("kftray") ? "kftray" : path.includes("forwarder") ? "kubeForwarder" : "culvert",
          clusters: clustersOfFile(chosen, path.includes("forwarder")).slice(
            0,
            path.includes("same") ? 1 : 3,
          ),
          rows,
        };
        return { type: "importPreview", preview: this.#preview };
      }
      case "import": {
        const preview = this.#preview;
        if (preview?.import !== command.import) throw new BackendError(problem("badInput", {}));
        this.#undo = command.choices.map(({ row, deed, freePorts }) => {
          const { draft, standing, clashes } = preview.rows[row] as ImportRow;
          const taken = draft as ProfileDraft;
          const isTaken = (port: string) => clashes.some(({ local }) => port.startsWith(`${local}`));
          const free = (port: string) => `:${port.split(":").at(-1) ?? ""}`;
          const ports = taken.ports.map((port) => (freePorts && isTaken(port) ? free(port) : port));
          if (deed === "replace" && standing.type === "changed") {
            const before = this.shelf.draftOf(standing.id);
            this.shelf.update(standing.id, { ...taken, ports });
            return () => this.shelf.update(standing.id, before);
          }
          const id = this.shelf.create({ ...taken, ports });
          return () => this.shelf.remove(id);
        });
        return { type: "imported", import: command.import, count: command.choices.length };
      }
      case "undoImport":
        for (const undo of this.#undo.splice(0)) undo();
        return { type: "done" };
      default:
        return null;
    }
  }

  #same(): ImportRow[] {
    return this.shelf.forwards().map(({ profile }) => ({
      ...row(profile.name, this.shelf.draftOf(profile.id)),
      standing: { type: "same", id: profile.id },
    }));
  }

  #rows(foreign: boolean, chosen: ContextRef | null): ImportRow[] {
    const [first] = this.shelf.forwards();
    const catalog = first && this.shelf.draftOf(first.profile.id);
    const missing: ImportRow["standing"] = chosen === null ? { type: "needsCluster" } : { type: "new" };
    return [
      {
        ...row("storefront", draft("storefront", ["8443:https"])),
        notes: foreign
          ? [
              "kftray makes the name storefront lead here. Culvert changes no host names: use the address of the local port.",
            ]
          : [],
      },
      row("search", draft("search", [":9200", ":9300"])),
      row(
        "reports worker with a name that is longer than any list is wide",
        draft("reports-worker", [":8080"]),
      ),
      ...(first && catalog
        ? [
            {
              ...row(first.profile.name, { ...catalog, ports: ["8080"], group: "Shop" }),
              standing: {
                type: "changed" as const,
                id: first.profile.id,
                fields: ["ports" as const, "group" as const],
              },
            },
          ]
        : []),
      {
        ...row("orders replica", draft("orders-db-replica", ["5432"])),
        clashes: [{ local: 5432, names: ["orders database"] }],
      },
      { ...row("billing", draft("billing", ["7000"], chosen)), cluster: "1", standing: missing },
      {
        ...row("dns", null),
        standing: {
          type: "unusable",
          reason:
            "It forwards UDP, and Kubernetes carries only TCP. kftray runs a relay of its own in the cluster for that.",
        },
      },
      {
        ...row("Entry 8", null),
        standing: { type: "unusable", reason: "The field remote_port is missing or empty." },
      },
      ...this.#same().slice(1, 3),
    ];
  }
}

function clustersOfFile(chosen: ContextRef | null, hasSignIn: boolean): ImportPreview["clusters"] {
  return [
    {
      key: "0",
      name: "staging",
      server: "https://api.staging.example.com:6443",
      found: { type: "here" },
      context: { kind: "kubeconfig", name: "staging" },
      hasSignIn: false,
    },
    {
      key: "1",
      name: "billing/api-ocp9-example-com:6443/bob",
      server: "https://api.ocp9.example.com:6443",
      found: chosen === null ? { type: "missing" } : { type: "chosen" },
      context: chosen,
      hasSignIn,
    },
    {
      key: "2",
      name: "laboratory",
      server: "https://api.lab.example.com:6443",
      found: { type: "added" },
      context: { kind: "own", id: "own-of-the-file" },
      hasSignIn: false,
    },
  ];
}

function row(name: string, draft: ProfileDraft | null): ImportRow {
  return {
    name,
    cluster: "0",
    draft: draft && { ...draft, name },
    standing: { type: "new" },
    clashes: [],
    notes: [],
  };
}

function draft(name: string, ports: string[], context: ContextRef | null = null): ProfileDraft {
  return {
    name,
    context: context ?? { kind: "kubeconfig", name: "staging" },
    namespace: "shop",
    target: { kind: "service", name },
    ports,
    bindAddress: "localhost",
  };
}

function notWhole(path: string): BackendError {
  return new BackendError(
    problem("badFile", {
      what: "This is not the path of a file.",
      why: `"${path}" does not say where it is.`,
      remedy: "Give the whole path of the file, from the beginning, or choose it.",
    }),
  );
}
