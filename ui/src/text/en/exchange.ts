import type { ImportField, ImportFound, ImportKind } from "../../backend/types";
import { formatNumber } from "../../format/number";
import { plural } from "../../format/plural";

/** What the window says about forwards that go to a file or come from one. */
export const exchangeText = {
  importMenu: "Import forwards…",
  exportMenu: "Export forwards…",
  exportThese: "Export…",
  exportGroup: (name: string) => `Export group ${name}…`,
  more: "Import and export",

  dropped: {
    waits: (path: string) => `You dropped ${path} while you were busy with something else`,
    open: "Open it",
    onlyOne: "One file is taken in at a time. The others were left out.",
  },

  export: {
    title: "Export forwards",
    what: "Which forwards",
    all: (count: number) => `All (${formatNumber(count)})`,
    chosen: (count: number) => `Chosen (${formatNumber(count)})`,
    lead: "The file says what the forwards lead to and where their clusters are. It holds no sign-in, so that you can share it.",
    path: "File",
    pathExample: "/home/you/forwards.json",
    choose: "Choose…",
    fileName: "forwards.json",
    cancel: "Cancel",
    go: "Export",
    replace: "Replace it",
    done: (count: number, path: string) =>
      plural(count, { one: `Exported # forward to ${path}`, other: `Exported # forwards to ${path}` }),
  },

  import: {
    title: "Import forwards",
    back: "Back to the list",
    lead: "From a file that Culvert, kftray or kube-forwarder has exported. You see what is in it before anything changes.",
    path: "Path of the file",
    pathExample: "/home/you/forwards.json",
    choose: "Choose…",
    look: "Look inside",
    other: "Another file",
    from: {
      culvert: "Exported by Culvert",
      kftray: "Exported by kftray",
      kubeForwarder: "Exported by kube-forwarder",
    } satisfies Record<ImportKind, string>,
    firstStartTitle: "Forwards in a file?",
    firstStartLead: "Take them over from another computer, from kftray or from kube-forwarder.",

    clusters: "Clusters",
    found: (name: string, found: ImportFound) => {
      switch (found.type) {
        case "here":
          return "Found here.";
        case "otherName":
          return `Here it is called “${found.name}”.`;
        case "added":
          return "It is added to your clusters, signed out.";
        case "chosen":
          return "As you chose.";
        case "missing":
          return "Not found here. Which cluster is it?";
        case "elsewhere":
          return `Your “${name}” leads to ${found.server} instead. Which cluster is meant?`;
      }
    },
    hasSignIn: "The file holds a sign-in for it, which Culvert leaves out. If you need it, use Add cluster.",
    clusterOf: (name: string) => `Cluster for ${name}`,
    chooseCluster: "Choose a cluster…",
    asInFile: (name: string) => `“${name}”, once it is here`,

    sections: {
      conflict: "Conflicts",
      changed: "Changed",
      new: "New",
      unusable: "Cannot be imported",
      same: "Already here",
    },
    takeAll: (section: string) => `Import all: ${section}`,
    take: (name: string) => `Import ${name}`,
    place: (namespace: string, kind: string, name: string, cluster: string) =>
      `${namespace} / ${kind} ${name} · ${cluster}`,
    ports: (ports: string[]) => ports.join(", "),
    clash: (local: number, names: string[]) =>
      `Port ${local} is also used by ${names.join(", ")}. Only one of them can be on at a time.`,
    needsCluster: "Choose its cluster above.",
    deed: (name: string) => `What to do with ${name}`,
    replace: "Replace",
    keepBoth: "Keep both",
    portOf: (name: string) => `Local port of ${name}`,
    keepPort: "Keep port",
    freePort: "Use a free one",
    change: (field: string, before: string, after: string) => `${field}: ${before} → ${after}`,
    nothing: "none",
    asInSettings: "as in Settings",
    field: {
      target: "Target",
      ports: "Ports",
      bindAddress: "Local address",
      transport: "Transport",
      route: "Route",
      keepUnusedMinutes: "Kept without connections",
      pods: "Pods",
      holdSeconds: "Lets programs wait",
      turnOffAfterMinutes: "Turns off after",
      atStart: "At start",
      askFirst: "Asks first",
      colour: "Colour",
      group: "Group",
      tags: "Tags",
    } satisfies Record<ImportField, string>,

    nothingNew: "Everything in this file is here already.",
    nothingUsable: "Nothing in this file can be imported.",
    left: (count: number) =>
      count === 0 ? "" : plural(count, { one: "# forward left out", other: "# forwards left out" }),
    takes: (added: number, replaced: number) =>
      [
        added === 0 ? "" : `${formatNumber(added)} to add`,
        replaced === 0 ? "" : `${formatNumber(replaced)} to replace`,
      ]
        .filter((part) => part !== "")
        .join(", "),
    off: "They are off until you turn them on.",
    cancel: "Cancel",
    go: (count: number) =>
      count === 0 ? "Import" : plural(count, { one: "Import # forward", other: "Import # forwards" }),
    done: (count: number) => plural(count, { one: "Imported # forward", other: "Imported # forwards" }),
    undone: "The import was taken back",
  },
};
