/** What is said of the own order, of groups and of favourites. */
export const arrangeText = {
  favourites: "Favourites",
  noFavourites: "No favourites yet",
  noFavouritesHint: "The star beside a forward’s name keeps it here.",
  makeFavourite: (name: string) => `Make ${name} a favourite`,
  noFavourite: (name: string) => `${name} is a favourite no longer`,
  isFavourite: (name: string) => `Favourite ${name}`,
  addFavourite: "Add to favourites",
  dropFavourite: "Remove from favourites",
  addedFavourites: (count: number, name: string) =>
    count === 1 ? `Added “${name}” to the favourites` : `Added ${count} forwards to the favourites`,

  groupMenu: (name: string) => `Actions for group ${name}`,
  connectAll: "Connect all",
  disconnectAll: "Disconnect all",
  renameGroup: "Rename…",
  dissolveGroup: "Dissolve group",
  live: (on: number, all: number) => `${on}/${all}`,

  moveToGroup: "Move to group…",
  moveTitle: (count: number, name: string) =>
    count === 1 ? `Move “${name}” to a group` : `Move ${count} forwards to a group`,
  renameTitle: (name: string) => `Rename the group “${name}”`,
  group: "Group",
  groupPlaceholder: "None",
  groupHint: "Choose one, or type the name of a new one. Empty: no group.",
  cancel: "Cancel",
  move: "Move",
  rename: "Rename",

  moveUp: "Move up",
  moveDown: "Move down",
  movedTo: (name: string, place: number, of: number) => `Moved “${name}” to place ${place} of ${of}`,
  movedSeveral: (count: number, place: number, of: number) =>
    `Moved ${count} forwards to place ${place} of ${of}`,
  notOwn: (by: string) => `The list is sorted by ${by.toLowerCase()}, so rows have no place of their own`,
  notWhileSearching: "Clear the search to move rows: the best match comes first now",
  useOwn: "Sort by own order",
  atEdge: (name: string) => `“${name}” cannot go further`,
  usedNamespace: "recent",
  dragging: (count: number, name: string) => (count === 1 ? name : `${count} forwards`),
  dragStarted: (words: string) => `Moving ${words}. Drop it between rows or on a group; Escape cancels.`,
  dragCancelled: "Nothing was moved.",
};
