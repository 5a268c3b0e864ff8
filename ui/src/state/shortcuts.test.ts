import { expect, test } from "vitest";
import { caps, lines, pressed, type Pressed, rowKeys, windowKeys } from "./shortcuts";

const none: Pressed = { key: "", ctrlKey: false, metaKey: false, shiftKey: false, altKey: false };

test.each<[Partial<Pressed>, string | null]>([
  [{ key: "k", ctrlKey: true }, "palette"],
  [{ key: "K", metaKey: true }, "palette"],
  [{ key: "K", ctrlKey: true, shiftKey: true }, null],
  [{ key: "k", ctrlKey: true, altKey: true }, null],
  [{ key: "k" }, null],
  [{ key: "?", shiftKey: true }, "shortcuts"],
  [{ key: "?" }, "shortcuts"],
  [{ key: "+", ctrlKey: true, shiftKey: true }, "larger"],
  [{ key: "=", ctrlKey: true }, "larger"],
])("everywhere %o is %s", (event, id) => {
  expect(pressed(windowKeys, { ...none, ...event })).toBe(id);
});

test.each<[Partial<Pressed>, string | null]>([
  [{ key: " " }, "toggle"],
  [{ key: " ", ctrlKey: true }, "add"],
  [{ key: "ArrowDown", shiftKey: true }, "extendDown"],
  [{ key: "e" }, "edit"],
  [{ key: "e", ctrlKey: true }, null],
])("in the list %o is %s", (event, id) => {
  expect(pressed(rowKeys, { ...none, ...event })).toBe(id);
});

test("no key means two things in one place", () => {
  const all = [...Object.values(windowKeys), ...Object.values(rowKeys)].flatMap(({ keys }) =>
    keys.map((each) => JSON.stringify(caps(each, false))),
  );
  expect(new Set(all).size).toBe(all.length);
});

test("keys are called as the platform calls them, and listed once for each meaning", () => {
  expect(caps({ key: "k", mod: true, shift: true }, false)).toEqual(["Ctrl", "Shift", "K"]);
  expect(caps({ key: "k", mod: true, shift: true }, true)).toEqual(["⌘", "⇧", "K"]);
  const listed = lines(rowKeys);
  expect(new Set(listed.map(({ label }) => label)).size).toBe(listed.length);
  expect(listed.find(({ label }) => label === rowKeys.next.label())?.keys).toHaveLength(2);
});
