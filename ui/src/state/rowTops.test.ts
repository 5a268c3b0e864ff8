import { expect, test } from "vitest";
import { firstBelow, topsOf } from "./rowTops";

test("each row begins where the one before it ends", () => {
  expect(topsOf([])).toEqual([0]);
  expect(topsOf([10, 20, 5])).toEqual([0, 10, 30, 35]);
});

test.each([
  [-5, 0],
  [0, 0],
  [9, 0],
  [10, 1],
  [29, 1],
  [30, 2],
  [99, 2],
])("at %s lies row %s", (height, index) => {
  expect(firstBelow(topsOf([10, 20, 5]), height)).toBe(index);
});

test("an empty list has no row to look for", () => {
  expect(firstBelow(topsOf([]), 40)).toBe(0);
});
