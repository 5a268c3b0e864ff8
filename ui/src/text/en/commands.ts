import { plural } from "../../format/plural";

/** What the palette, the menus of rows, the list of keys and the bar of several rows say. */
export const commandsText = {
  palette: {
    of: (name: string, act: string) => `${name}: ${act}`,
    label: "Command palette",
    field: "Search commands and forwards",
    placeholder: "Type a command, a forward, or paste a port-forward line",
    results: "Results",
    none: (search: string) => `Nothing matches “${search}”`,
    found: (count: number) => plural(count, { one: "# result", other: "# results" }),
    recent: "recent",
    /** Finds what can be done with a forward. */
    actions: "copy open browser command",
    fromLine: (target: string, ports: string) => `New forward to ${target}, port ${ports}`,
    fromLineHint: "as the line says",
  },
  forward: {
    show: "Show in the list",
    details: "Details",
    connect: "Connect",
    disconnect: "Disconnect",
    edit: "Edit",
    duplicate: "Duplicate",
    remove: "Delete",
    copy: (address: string) => `Copy ${address}`,
    copied: (address: string) => `Copied ${address}`,
    open: (address: string) => `Open ${address} in the browser`,
    copyCommand: (program: string) => `Copy as ${program} command`,
    menu: (name: string) => `What can be done with ${name}`,
    menuOf: (count: number) =>
      plural(count, { one: "What can be done with # forward", other: "What can be done with # forwards" }),
  },
  group: {
    show: (name: string) => `Show group ${name}`,
  },
  /** Keys that are pressed at once. */
  together: (caps: readonly string[], mac: boolean) => caps.join(mac ? "" : "+"),
  cluster: { show: (name: string) => `Show cluster ${name}` },
  window: {
    palette: "Command palette",
    shortcuts: "Keyboard shortcuts",
    newForward: "New forward",
    search: "Search forwards",
    all: "Show all forwards",
    active: "Show active forwards",
    disconnectAll: "Disconnect everything",
    sortName: "Sort by name",
    sortState: "Sort by state",
    sortRecent: "Sort by recent use",
    sortOwn: "Sort by own order",
    favourites: "Show favourites",
    larger: "Larger text",
    smaller: "Smaller text",
    usual: "Usual text size",
    settings: "Settings",
    undo: "Undo the last change",
    close: "Close what is open",
  },
  rows: {
    move: "Move through the list",
    ends: "First or last row",
    page: "A page up, down",
    toggle: "Turn on or off",
    details: "Show details",
    edit: "Edit",
    remove: "Delete (can be undone)",
    extend: "Choose more rows",
    rearrange: "Move up, down (in your own order)",
    favourite: "Add to or remove from favourites",
    group: "Move to a group",
    add: "Add to or remove from the selection",
    all: "Choose all rows",
    menu: "Menu of the row",
  },
  /** What is printed on keys. */
  keys: {
    control: "Ctrl",
    shift: "Shift",
    alt: "Alt",
    space: "Space",
    pageUp: "Page Up",
    pageDown: "Page Down",
    home: "Home",
    end: "End",
    enter: "Enter",
    delete: "Delete",
    menu: "Menu",
    escape: "Esc",
  },
  sheet: {
    title: "Keyboard shortcuts",
    window: "Everywhere",
    list: "In the list",
    close: "Close",
    or: "or",
  },
  sort: {
    label: "Sort",
    by: { name: "Name", state: "State", recent: "Recent use", own: "Own order" },
    current: (by: string) => `Sorted by ${by.toLowerCase()}`,
    choose: (by: string) => `By ${by.toLowerCase()}`,
  },
  bulk: {
    label: "Chosen forwards",
    chosen: (count: number) => plural(count, { other: "# chosen" }),
    all: "Choose all",
    connect: "Connect",
    disconnect: "Disconnect",
    remove: "Delete",
    group: "Group",
    groupPlaceholder: "Put into group…",
    clear: "Choose none",
    ungroup: "Take out of the group",
    deleted: (count: number) => plural(count, { one: "Deleted # forward", other: "Deleted # forwards" }),
    grouped: (count: number, group: string) =>
      group === ""
        ? plural(count, {
            one: "Took # forward out of its group",
            other: "Took # forwards out of their group",
          })
        : plural(count, { one: `Put # forward into “${group}”`, other: `Put # forwards into “${group}”` }),
    asksFirst: (names: string[]) =>
      names.length === 1
        ? `“${names[0]}” asks first: turn it on by itself`
        : plural(names.length, { other: "# forwards ask first: turn them on one by one" }),
  },
};
