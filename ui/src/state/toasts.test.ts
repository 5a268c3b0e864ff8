import { expect, test } from "vitest";
import { Toasts } from "./toasts.svelte";

test("what can be taken back stays longer than what is only said", () => {
  const toasts = new Toasts();
  const undone: string[] = [];
  toasts.done("Deleted", () => undone.push("deleted"));
  for (const said of ["one", "two", "three"]) toasts.show(said);
  expect(toasts.list.map(({ title }) => title)).toEqual(["Deleted", "two", "three"]);
});

test("acts are taken back once, the latest first, also when its message has gone", () => {
  const toasts = new Toasts();
  const undone: string[] = [];
  toasts.done("Deleted", () => undone.push("deleted"));
  toasts.done("Moved", () => undone.push("moved"));
  toasts.show("Dropped", { label: "Open it", run: () => undone.push("opened") });
  const moved = toasts.list.find(({ title }) => title === "Moved");
  if (moved !== undefined) toasts.dismiss(moved.id);
  toasts.undo();
  toasts.undo();
  toasts.undo();
  expect(undone).toEqual(["moved", "deleted"]);
});

test("what was done about the same is taken back at once, and what does not last only while it is shown", () => {
  const toasts = new Toasts();
  const undone: string[] = [];
  toasts.done("Moved", () => undone.push("first"), { about: "order" });
  toasts.done("Moved on", () => undone.push("both"), { about: "order" });
  toasts.done("Imported", () => undone.push("import"), { lasts: false });
  for (const { id } of toasts.list) toasts.dismiss(id);
  toasts.undo();
  toasts.undo();
  expect(undone).toEqual(["both"]);
});

test("an act whose message has gone is taken back by itself", () => {
  const toasts = new Toasts();
  const undone: string[] = [];
  toasts.done("Moved", () => undone.push("earlier"), { about: "order" });
  for (const { id } of toasts.list) toasts.dismiss(id);
  toasts.done("Moved", () => undone.push("later"), { about: "order" });
  toasts.undo();
  toasts.undo();
  expect(undone).toEqual(["later", "earlier"]);
});
