import { text } from "../text";

/** One way to press a shortcut. `mod` is Ctrl, on a Mac Command. */
export interface Keys {
  key: string;
  mod?: boolean;
  shift?: boolean;
}

const { window, rows } = text.commands;

/** Every key that works everywhere: what is handled, listed and shown in the palette. */
export const windowKeys = {
  palette: { label: window.palette, keys: [{ key: "k", mod: true }] },
  newForward: { label: window.newForward, keys: [{ key: "n", mod: true }] },
  search: { label: window.search, keys: [{ key: "f", mod: true }] },
  undo: { label: window.undo, keys: [{ key: "z", mod: true }] },
  larger: {
    label: window.larger,
    keys: [
      { key: "+", mod: true },
      { key: "=", mod: true },
    ],
  },
  smaller: { label: window.smaller, keys: [{ key: "-", mod: true }] },
  usual: { label: window.usual, keys: [{ key: "0", mod: true }] },
  shortcuts: { label: window.shortcuts, keys: [{ key: "?" }] },
  close: { label: window.close, keys: [{ key: "Escape" }] },
} satisfies Record<string, { label: string; keys: Keys[] }>;

export type WindowKey = keyof typeof windowKeys;

/** Every key of the list. */
export const rowKeys = {
  previous: { label: rows.move, keys: [{ key: "ArrowUp" }] },
  next: { label: rows.move, keys: [{ key: "ArrowDown" }] },
  first: { label: rows.ends, keys: [{ key: "Home" }] },
  last: { label: rows.ends, keys: [{ key: "End" }] },
  pageUp: { label: rows.page, keys: [{ key: "PageUp" }] },
  pageDown: { label: rows.page, keys: [{ key: "PageDown" }] },
  toggle: { label: rows.toggle, keys: [{ key: " " }] },
  details: { label: rows.details, keys: [{ key: "Enter" }] },
  edit: { label: rows.edit, keys: [{ key: "F2" }, { key: "e" }] },
  remove: { label: rows.remove, keys: [{ key: "Delete" }] },
  extendUp: { label: rows.extend, keys: [{ key: "ArrowUp", shift: true }] },
  extendDown: { label: rows.extend, keys: [{ key: "ArrowDown", shift: true }] },
  add: { label: rows.add, keys: [{ key: " ", mod: true }] },
  all: { label: rows.all, keys: [{ key: "a", mod: true }] },
  menu: { label: rows.menu, keys: [{ key: "ContextMenu" }, { key: "F10", shift: true }] },
} satisfies Record<string, { label: string; keys: Keys[] }>;

export type RowKey = keyof typeof rowKeys;

/** What of an event a shortcut depends on. */
export type Pressed = Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "shiftKey" | "altKey">;

/** The shortcut that was pressed, if it is one of these. */
export function pressed<K extends string>(all: Record<K, { keys: Keys[] }>, event: Pressed): K | null {
  for (const id in all) if (all[id].keys.some((keys) => fits(keys, event))) return id;
  return null;
}

/** The words on the caps of the keys to press, as the platform has them. */
export function caps({ key, mod, shift }: Keys, mac: boolean): string[] {
  const names: Record<string, string> = {
    " ": "Space",
    ArrowUp: "↑",
    ArrowDown: "↓",
    PageUp: "Page Up",
    PageDown: "Page Down",
    ContextMenu: "Menu",
    Escape: "Esc",
    "-": "−",
    ...(mac && { Delete: "⌦", Enter: "↩" }),
  };
  const cap = names[key] ?? (key.length === 1 ? key.toUpperCase() : key);
  return [mod && (mac ? "⌘" : "Ctrl"), shift && (mac ? "⇧" : "Shift"), cap].filter(
    (each) => typeof each === "string",
  );
}

/** Shortcuts that mean the same are one line of a list. */
export function lines(
  all: Record<string, { label: string; keys: Keys[] }>,
): { label: string; keys: Keys[] }[] {
  const byLabel = new Map<string, Keys[]>();
  for (const { label, keys } of Object.values(all)) {
    byLabel.set(label, [...(byLabel.get(label) ?? []), ...keys]);
  }
  return [...byLabel].map(([label, keys]) => ({ label, keys: keys.filter(({ key }) => key !== "=") }));
}

/** Whether this is a Mac. */
export function onMac(): boolean {
  return navigator.platform.startsWith("Mac");
}

function fits({ key, mod = false, shift = false }: Keys, event: Pressed): boolean {
  if (event.altKey || (event.ctrlKey || event.metaKey) !== mod) return false;
  // A sign may need Shift, or not, by the layout of the keyboard.
  if (/^[^\p{L}\p{N} ]$/u.test(key)) return event.key === key;
  return event.key.toLowerCase() === key.toLowerCase() && event.shiftKey === shift;
}
