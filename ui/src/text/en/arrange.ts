import { formatNumber } from "../../format/number";
import { plural } from "../../format/plural";

/** What is said of the own order, of groups and of favourites. */
export const arrangeText = {
  favourites: "Favourites",
  noFavourites: "No favourites yet",
  noFavouritesHint: "The star beside a forward’s name keeps it here.",
  isFavourite: (name: string) => `Favourite ${name}`,
  addFavourite: "Add to favourites",
  dropFavourite: "Remove from favourites",

  groupMenu: (name: string) => `Actions for group ${name}`,
  connectAll: "Connect all",
  disconnectAll: "Disconnect all",
  renameGroup: "Rename…",
  dissolveGroup: "Dissolve group",
  live: (on: number, all: number) => `${formatNumber(on)}/${formatNumber(all)}`,

  moveToGroup: "Move to group…",
  moveTitle: (count: number, name: string) =>
    count === 1 ? `Move “${name}” to a group` : plural(count, { other: "Move # forwards to a group" }),
  renameTitle: (name: string) => `Rename the group “${name}”`,
  group: "Group",
  groupPlaceholder: "None",
  groupHint: "Choose one, or type the name of a new one. Empty: no group.",
  cancel: "Cancel",
  move: "Move",
  rename: "Rename",

  moveUp: "Move up",
  moveDown: "Move down",
  movedTo: (name: string, place: number, of: number) =>
    `Moved “${name}” to place ${formatNumber(place)} of ${formatNumber(of)}`,
  movedSeveral: (count: number, place: number, of: number) =>
    plural(count, {
      one: `Moved # forward to place ${formatNumber(place)} of ${formatNumber(of)}`,
      other: `Moved # forwards to place ${formatNumber(place)} of ${formatNumber(of)}`,
    }),
  notOwn: (by: string) => `The list is sorted by ${by.toLowerCase()}, so rows have no place of their own`,
  notWhileSearching: "Clear the search to move rows: the best match comes first now",
  useOwn: "Sort by own order",
  atEdge: (name: string) => `“${name}” cannot go further`,
  usedNamespace: "recent",
  dragging: (count: number, name: string) => (count === 1 ? name : plural(count, { other: "# forwards" })),
  dragStarted: (words: string) => `Moving ${words}. Drop it between rows or on a group; Escape cancels.`,
  dragCancelled: "Nothing was moved.",
};
