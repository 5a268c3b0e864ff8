import { expect, test } from "vitest";
import { Toasts } from "./toasts.svelte";

test("what can be taken back stays longer than what is only said", () => {
  const toasts = new Toasts();
  const undone: string[] = [];
  toasts.done("Deleted", () => undone.push("deleted"));
  for (const said of ["one", "two", "three"]) toasts.show(said);
  expect(toasts.list.map(({ title }) => title)).toEqual(["Deleted", "two", "three"]);
});

test("the latest act is taken back once, also when its message has gone", () => {
  const toasts = new Toasts();
  const undone: string[] = [];
  toasts.done("Deleted", () => undone.push("deleted"));
  toasts.done("Moved", () => undone.push("moved"));
  toasts.show("Dropped", { label: "Open it", run: () => undone.push("opened") });
  const moved = toasts.list.find(({ title }) => title === "Moved");
  if (moved !== undefined) toasts.dismiss(moved.id);
  toasts.undo();
  toasts.undo();
  expect(undone).toEqual(["moved"]);
});
