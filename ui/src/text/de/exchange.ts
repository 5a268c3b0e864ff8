import { formatNumber } from "../../format/number";
import { plural } from "../../format/plural";
import type { Catalogue } from "../catalogue";

/** What the window says about forwards that go to a file or come from one. */
export const exchangeText: Catalogue["exchange"] = {
  importMenu: "Weiterleitungen importieren …",
  exportMenu: "Weiterleitungen exportieren …",
  exportThese: "Exportieren …",
  exportGroup: (name) => `Gruppe ${name} exportieren …`,
  more: "Import und Export",

  dropped: {
    waits: (path) => `${path} wurde abgelegt, während Sie mit etwas anderem beschäftigt waren`,
    open: "Öffnen",
    onlyOne: "Es wird eine Datei auf einmal angenommen. Die anderen wurden ausgelassen.",
  },

  export: {
    title: "Weiterleitungen exportieren",
    what: "Welche Weiterleitungen",
    all: (count) => `Alle (${formatNumber(count)})`,
    chosen: (count) => `Ausgewählte (${formatNumber(count)})`,
    lead: "In der Datei steht, wohin die Weiterleitungen führen und wo ihre Cluster sind. Sie enthält keine Anmeldung; Sie können sie also weitergeben.",
    path: "Datei",
    pathExample: "/home/sie/weiterleitungen.json",
    choose: "Wählen …",
    fileName: "weiterleitungen.json",
    cancel: "Abbrechen",
    go: "Exportieren",
    replace: "Ersetzen",
    done: (count, path) =>
      plural(count, {
        one: `# Weiterleitung nach ${path} exportiert`,
        other: `# Weiterleitungen nach ${path} exportiert`,
      }),
  },

  import: {
    title: "Weiterleitungen importieren",
    back: "Zurück zur Liste",
    lead: "Aus einer Datei, die Culvert, kftray oder kube-forwarder exportiert hat. Sie sehen, was darin ist, bevor sich etwas ändert.",
    path: "Pfad der Datei",
    pathExample: "/home/sie/weiterleitungen.json",
    choose: "Wählen …",
    look: "Vorschau",
    other: "Andere Datei",
    from: {
      culvert: "Von Culvert exportiert",
      kftray: "Von kftray exportiert",
      kubeForwarder: "Von kube-forwarder exportiert",
    },
    firstStartTitle: "Weiterleitungen in einer Datei?",
    firstStartLead: "Übernehmen Sie sie von einem anderen Computer, aus kftray oder aus kube-forwarder.",

    clusters: "Cluster",
    found: (name, found) => {
      switch (found.type) {
        case "here":
          return "Hier vorhanden.";
        case "otherName":
          return `Hier heißt er „${found.name}“.`;
        case "added":
          return "Er kommt zu Ihren Clustern hinzu, abgemeldet.";
        case "chosen":
          return "Wie von Ihnen gewählt.";
        case "missing":
          return "Hier nicht vorhanden. Welcher Cluster ist es?";
        case "elsewhere":
          return `Ihr „${name}“ führt stattdessen zu ${found.server}. Welcher Cluster ist gemeint?`;
      }
    },
    hasSignIn:
      "Die Datei enthält eine Anmeldung dafür, die Culvert auslässt. Brauchen Sie sie, dann über „Cluster hinzufügen“.",
    clusterOf: (name) => `Cluster für ${name}`,
    chooseCluster: "Cluster wählen …",
    asInFile: (name) => `„${name}“, sobald es ihn hier gibt`,

    sections: {
      conflict: "Konflikte",
      changed: "Geändert",
      new: "Neu",
      unusable: "Nicht importierbar",
      same: "Schon vorhanden",
    },
    takeAll: (section) => `Alle importieren: ${section}`,
    take: (name) => `${name} importieren`,
    place: (namespace, kind, name, cluster) => `${namespace} / ${kind} ${name} · ${cluster}`,
    ports: (ports) => ports.join(", "),
    clash: (local, names) =>
      `Port ${local} verwendet auch ${names.join(", ")}. Nur eine davon kann eingeschaltet sein.`,
    needsCluster: "Wählen Sie oben den Cluster dazu.",
    deed: (name) => `Was mit ${name} geschieht`,
    replace: "Ersetzen",
    keepBoth: "Beide behalten",
    portOf: (name) => `Lokaler Port von ${name}`,
    keepPort: "Port behalten",
    freePort: "Freien Port nehmen",
    change: (field, before, after) => `${field}: ${before} → ${after}`,
    nothing: "nichts",
    asInSettings: "wie in den Einstellungen",
    field: {
      target: "Ziel",
      ports: "Ports",
      bindAddress: "Lokale Adresse",
      transport: "Transport",
      route: "Route",
      keepUnusedMinutes: "Ohne Verbindungen behalten",
      pods: "Pods",
      holdSeconds: "Lässt Programme warten",
      turnOffAfterMinutes: "Schaltet aus nach",
      atStart: "Beim Start",
      askFirst: "Fragt vorher",
      colour: "Farbe",
      group: "Gruppe",
      tags: "Schlagwörter",
    },

    nothingNew: "Alles in dieser Datei ist schon vorhanden.",
    nothingUsable: "Nichts in dieser Datei ist importierbar.",
    left: (count) =>
      count === 0
        ? ""
        : plural(count, { one: "# Weiterleitung ausgelassen", other: "# Weiterleitungen ausgelassen" }),
    takes: (added, replaced) =>
      [
        added === 0 ? "" : `${formatNumber(added)} neu`,
        replaced === 0 ? "" : `${formatNumber(replaced)} ersetzt`,
      ]
        .filter((part) => part !== "")
        .join(", "),
    off: "Sie sind aus, bis Sie sie einschalten.",
    cancel: "Abbrechen",
    go: (count) =>
      count === 0
        ? "Importieren"
        : plural(count, { one: "# Weiterleitung importieren", other: "# Weiterleitungen importieren" }),
    done: (count) =>
      plural(count, { one: "# Weiterleitung importiert", other: "# Weiterleitungen importiert" }),
    undone: "Der Import wurde zurückgenommen",
  },
};
