import { plural } from "../../format/plural";
import type { Catalogue } from "../catalogue";

/** What the palette, the menus of rows, the list of keys and the bar of several rows say. */
export const commandsText: Catalogue["commands"] = {
  palette: {
    label: "Befehlspalette",
    field: "Befehle und Weiterleitungen suchen",
    placeholder: "Befehl, Weiterleitung oder eine port-forward-Zeile",
    results: "Treffer",
    none: (search) => `Nichts passt zu „${search}“`,
    found: (count) => plural(count, { one: "# Treffer", other: "# Treffer" }),
    recent: "zuletzt",
    actions: "kopieren öffnen browser befehl",
    fromLine: (target, ports) => `Neue Weiterleitung zu ${target}, Port ${ports}`,
    fromLineHint: "wie in der Zeile",
  },
  forward: {
    show: "In der Liste zeigen",
    details: "Details",
    connect: "Verbinden",
    disconnect: "Trennen",
    edit: "Bearbeiten",
    favour: "Zu Favoriten hinzufügen",
    unfavour: "Aus Favoriten entfernen",
    duplicate: "Duplizieren",
    remove: "Löschen",
    copy: (address) => `${address} kopieren`,
    copied: (address) => `${address} kopiert`,
    open: (address) => `${address} im Browser öffnen`,
    copyCommand: (program) => `Als ${program}-Befehl kopieren`,
    menu: (name) => `Aktionen für ${name}`,
    menuOf: (count) =>
      plural(count, { one: "Aktionen für # Weiterleitung", other: "Aktionen für # Weiterleitungen" }),
  },
  group: {
    show: (name) => `Gruppe ${name} zeigen`,
    connectAll: (name) => `Alle in ${name} verbinden`,
    disconnectAll: (name) => `Alle in ${name} trennen`,
  },
  cluster: { show: (name) => `Cluster ${name} zeigen` },
  window: {
    palette: "Befehlspalette",
    shortcuts: "Tastenkürzel",
    newForward: "Neue Weiterleitung",
    settings: "Einstellungen",
    search: "Weiterleitungen suchen",
    all: "Alle Weiterleitungen zeigen",
    active: "Aktive Weiterleitungen zeigen",
    disconnectAll: "Alles trennen",
    sortName: "Nach Name sortieren",
    sortState: "Nach Zustand sortieren",
    sortRecent: "Nach letzter Nutzung sortieren",
    larger: "Größere Schrift",
    smaller: "Kleinere Schrift",
    usual: "Normale Schriftgröße",
    undo: "Letztes Löschen rückgängig machen",
    close: "Offenes schließen",
  },
  rows: {
    move: "In der Liste bewegen",
    ends: "Erste, letzte",
    page: "Eine Seite hinauf, hinunter",
    toggle: "Ein- oder ausschalten",
    details: "Details zeigen",
    edit: "Bearbeiten",
    remove: "Löschen (lässt sich rückgängig machen)",
    extend: "Weitere Zeilen auswählen",
    add: "Diese Zeile auch auswählen, oder nicht mehr",
    all: "Alle Zeilen auswählen",
    menu: "Menü der Zeile",
  },
  keys: {
    control: "Strg",
    shift: "Umschalt",
    space: "Leertaste",
    pageUp: "Bild ↑",
    pageDown: "Bild ↓",
    home: "Pos 1",
    end: "Ende",
    enter: "Eingabe",
    delete: "Entf",
    menu: "Menü",
    escape: "Esc",
  },
  sheet: {
    title: "Tastenkürzel",
    window: "Überall",
    list: "In der Liste",
    close: "Schließen",
    or: "oder",
  },
  sort: {
    label: "Sortieren",
    by: { name: "Name", state: "Zustand", recent: "Letzte Nutzung" },
    current: (by) => `Sortiert nach: ${by}`,
    choose: (by) => `Nach: ${by}`,
  },
  bulk: {
    label: "Ausgewählte Weiterleitungen",
    chosen: (count) => plural(count, { other: "# ausgewählt" }),
    all: "Alle auswählen",
    connect: "Verbinden",
    disconnect: "Trennen",
    remove: "Löschen",
    group: "Gruppe",
    groupPlaceholder: "In Gruppe …",
    clear: "Auswahl aufheben",
    ungroup: "Aus der Gruppe nehmen",
    deleted: (count) =>
      plural(count, { one: "# Weiterleitung gelöscht", other: "# Weiterleitungen gelöscht" }),
    grouped: (count, group) =>
      group === ""
        ? plural(count, {
            one: "# Weiterleitung aus ihrer Gruppe genommen",
            other: "# Weiterleitungen aus ihrer Gruppe genommen",
          })
        : plural(count, {
            one: `# Weiterleitung ist jetzt in „${group}“`,
            other: `# Weiterleitungen sind jetzt in „${group}“`,
          }),
    asksFirst: (names) =>
      names.length === 1
        ? `„${names[0]}“ fragt vorher: bitte einzeln einschalten`
        : `${names.length} Weiterleitungen fragen vorher: bitte einzeln einschalten`,
  },
};
