import { text } from "../text";

/** One way to press a shortcut. `mod` is Ctrl, on a Mac Command. */
export interface Keys {
  key: string;
  mod?: boolean;
  shift?: boolean;
  alt?: boolean;
}

/** Every key that works everywhere: what is handled, listed and shown in the palette. */
export const windowKeys = {
  palette: { label: () => text.commands.window.palette, keys: [{ key: "k", mod: true }] },
  newForward: { label: () => text.commands.window.newForward, keys: [{ key: "n", mod: true }] },
  search: { label: () => text.commands.window.search, keys: [{ key: "f", mod: true }] },
  settings: { label: () => text.commands.window.settings, keys: [{ key: ",", mod: true }] },
  undo: { label: () => text.commands.window.undo, keys: [{ key: "z", mod: true }] },
  larger: {
    label: () => text.commands.window.larger,
    keys: [
      { key: "+", mod: true },
      { key: "=", mod: true },
    ],
  },
  smaller: { label: () => text.commands.window.smaller, keys: [{ key: "-", mod: true }] },
  usual: { label: () => text.commands.window.usual, keys: [{ key: "0", mod: true }] },
  shortcuts: { label: () => text.commands.window.shortcuts, keys: [{ key: "?" }] },
  close: { label: () => text.commands.window.close, keys: [{ key: "Escape" }] },
} satisfies Record<string, { label: () => string; keys: Keys[] }>;

export type WindowKey = keyof typeof windowKeys;

/** Every key of the list. */
export const rowKeys = {
  previous: { label: () => text.commands.rows.move, keys: [{ key: "ArrowUp" }] },
  next: { label: () => text.commands.rows.move, keys: [{ key: "ArrowDown" }] },
  first: { label: () => text.commands.rows.ends, keys: [{ key: "Home" }] },
  last: { label: () => text.commands.rows.ends, keys: [{ key: "End" }] },
  pageUp: { label: () => text.commands.rows.page, keys: [{ key: "PageUp" }] },
  pageDown: { label: () => text.commands.rows.page, keys: [{ key: "PageDown" }] },
  toggle: { label: () => text.commands.rows.toggle, keys: [{ key: " " }] },
  details: { label: () => text.commands.rows.details, keys: [{ key: "Enter" }] },
  edit: { label: () => text.commands.rows.edit, keys: [{ key: "F2" }, { key: "e" }] },
  remove: { label: () => text.commands.rows.remove, keys: [{ key: "Delete" }] },
  extendUp: { label: () => text.commands.rows.extend, keys: [{ key: "ArrowUp", shift: true }] },
  extendDown: { label: () => text.commands.rows.extend, keys: [{ key: "ArrowDown", shift: true }] },
  moveUp: { label: () => text.commands.rows.rearrange, keys: [{ key: "ArrowUp", alt: true }] },
  moveDown: { label: () => text.commands.rows.rearrange, keys: [{ key: "ArrowDown", alt: true }] },
  favourite: { label: () => text.commands.rows.favourite, keys: [{ key: "s" }] },
  group: { label: () => text.commands.rows.group, keys: [{ key: "g" }] },
  add: { label: () => text.commands.rows.add, keys: [{ key: " ", mod: true }] },
  all: { label: () => text.commands.rows.all, keys: [{ key: "a", mod: true }] },
  menu: { label: () => text.commands.rows.menu, keys: [{ key: "ContextMenu" }, { key: "F10", shift: true }] },
} satisfies Record<string, { label: () => string; keys: Keys[] }>;

export type RowKey = keyof typeof rowKeys;

/** What of an event a shortcut depends on. */
export type Pressed = Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "shiftKey" | "altKey">;

/** The shortcut that was pressed, if it is one of these. */
export function pressed<K extends string>(all: Record<K, { keys: Keys[] }>, event: Pressed): K | null {
  for (const id in all) if (all[id].keys.some((keys) => fits(keys, event))) return id;
  return null;
}

/** The words on the caps of the keys to press, as the platform has them. */
export function caps({ key, mod, shift, alt }: Keys, mac: boolean): string[] {
  const words = text.commands.keys;
  const names: Record<string, string> = {
    " ": words.space,
    ArrowUp: "↑",
    ArrowDown: "↓",
    PageUp: words.pageUp,
    PageDown: words.pageDown,
    Home: words.home,
    End: words.end,
    Enter: words.enter,
    Delete: words.delete,
    ContextMenu: words.menu,
    Escape: words.escape,
    "-": "−",
    ...(mac && { Delete: "⌦", Enter: "↩" }),
  };
  const cap = names[key] ?? (key.length === 1 ? key.toUpperCase() : key);
  return [
    mod && (mac ? "⌘" : words.control),
    alt && (mac ? "⌥" : words.alt),
    shift && (mac ? "⇧" : words.shift),
    cap,
  ].filter((each) => typeof each === "string");
}

/** Shortcuts that mean the same are one line of a list. */
export function lines(
  all: Record<string, { label: () => string; keys: Keys[] }>,
): { label: string; keys: Keys[] }[] {
  const byLabel = new Map<string, Keys[]>();
  for (const { label, keys } of Object.values(all)) {
    byLabel.set(label(), [...(byLabel.get(label()) ?? []), ...keys]);
  }
  return [...byLabel].map(([label, keys]) => ({ label, keys: keys.filter(({ key }) => key !== "=") }));
}

/** Whether this is a Mac. */
export function onMac(): boolean {
  return navigator.platform.startsWith("Mac");
}

function fits({ key, mod = false, shift = false, alt = false }: Keys, event: Pressed): boolean {
  if (event.altKey !== alt || (event.ctrlKey || event.metaKey) !== mod) return false;
  // A sign may need Shift, or not, by the layout of the keyboard.
  if (/^[^\p{L}\p{N} ]$/u.test(key)) return event.key === key;
  return event.key.toLowerCase() === key.toLowerCase() && event.shiftKey === shift;
}
