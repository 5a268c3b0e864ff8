import { expect, test } from "vitest";
import { all, nothingSelected, only, type Selection, through, toggled, within } from "./selection";

const order = ["a", "b", "c", "d", "e"];
const ids = (selection: Selection) => [...selection.ids].sort();

test("a row is added and taken away", () => {
  const two = toggled(only("b"), "d");
  expect(ids(two)).toEqual(["b", "d"]);
  expect(two.cursor).toBe("d");
  expect(ids(toggled(two, "b"))).toEqual(["d"]);
});

test("a range grows, shrinks and turns round at where it began", () => {
  let selection = through(only("c"), order, "e");
  expect(ids(selection)).toEqual(["c", "d", "e"]);
  selection = through(selection, order, "d");
  expect(ids(selection)).toEqual(["c", "d"]);
  selection = through(selection, order, "a");
  expect(ids(selection)).toEqual(["a", "b", "c"]);
  expect(selection.cursor).toBe("a");
});

test("a range whose beginning is gone begins anew", () => {
  expect(ids(through(only("gone"), order, "b"))).toEqual(["b"]);
  expect(ids(through(nothingSelected, order, "b"))).toEqual(["b"]);
});

test("all rows, and what is left of them", () => {
  const every = all(only("c"), order);
  expect(ids(every)).toEqual(order);
  expect(every.cursor).toBe("c");
  const some = within(every, ["c", "e"]);
  expect(ids(some)).toEqual(["c", "e"]);
  expect(within(some, ["c", "e", "f"])).toBe(some);
  expect(all(nothingSelected, order).cursor).toBe("a");
});
