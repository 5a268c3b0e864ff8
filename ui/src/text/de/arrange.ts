import { formatNumber } from "../../format/number";
import { plural } from "../../format/plural";
import type { Catalogue } from "../catalogue";

/** What is said of the own order, of groups and of favourites. */
export const arrangeText: Catalogue["arrange"] = {
  favourites: "Favoriten",
  noFavourites: "Noch keine Favoriten",
  noFavouritesHint: "Mit dem Stern neben dem Namen nehmen Sie eine Weiterleitung hier auf.",
  isFavourite: (name) => `Favorit ${name}`,
  addFavourite: "Zu Favoriten hinzufügen",
  dropFavourite: "Aus Favoriten entfernen",

  groupMenu: (name) => `Aktionen für Gruppe ${name}`,
  connectAll: "Alle verbinden",
  disconnectAll: "Alle trennen",
  renameGroup: "Umbenennen …",
  dissolveGroup: "Gruppe auflösen",
  live: (on, all) => `${formatNumber(on)}/${formatNumber(all)}`,

  moveToGroup: "In Gruppe verschieben …",
  moveTitle: (count, name) =>
    count === 1
      ? `„${name}“ in eine Gruppe verschieben`
      : plural(count, { other: "# Weiterleitungen in eine Gruppe verschieben" }),
  renameTitle: (name) => `Gruppe „${name}“ umbenennen`,
  group: "Gruppe",
  groupPlaceholder: "Keine",
  groupHint: "Wählen Sie eine, oder tippen Sie den Namen einer neuen. Leer: keine Gruppe.",
  cancel: "Abbrechen",
  move: "Verschieben",
  rename: "Umbenennen",

  moveUp: "Nach oben",
  moveDown: "Nach unten",
  movedTo: (name, place, of) =>
    `„${name}“ ist jetzt an Stelle ${formatNumber(place)} von ${formatNumber(of)}`,
  movedSeveral: (count, place, of) =>
    plural(count, {
      one: `# Weiterleitung ist jetzt an Stelle ${formatNumber(place)} von ${formatNumber(of)}`,
      other: `# Weiterleitungen sind jetzt an Stelle ${formatNumber(place)} von ${formatNumber(of)}`,
    }),
  notOwn: (by) => `Die Liste ist sortiert nach: ${by}. So haben Zeilen keine eigene Stelle.`,
  notWhileSearching: "Leeren Sie die Suche, um Zeilen zu verschieben: Jetzt steht der beste Treffer zuerst",
  useOwn: "Nach eigener Reihenfolge sortieren",
  atEdge: (name) => `Für „${name}“ geht es nicht weiter`,
  usedNamespace: "zuletzt",
  dragging: (count, name) => (count === 1 ? name : plural(count, { other: "# Weiterleitungen" })),
  dragStarted: (words) =>
    `Verschoben wird: ${words}. Zwischen Zeilen oder auf einer Gruppe ablegen; Esc bricht ab.`,
  dragCancelled: "Nichts wurde verschoben.",
};
