import { expect, test } from "vitest";
import { keepChoices, keepChoicesOf, keepMeaning, keepSummary } from "./keeping";

test("what is said now can be kept, whatever it is", () => {
  const labels = (minutes: number) => keepChoices(minutes).map(({ label }) => label);
  expect(labels(10)).toEqual(["1 minute", "10 minutes", "1 hour", "Always"]);
  expect(labels(0)).toEqual(labels(10));
  expect(labels(5)[0]).toBe("5 minutes");
});

test("a forward can do as is preferred", () => {
  const [first, ...others] = keepChoicesOf(null, 0);
  expect(first).toEqual({ value: "", label: "As in Settings (always)" });
  expect(others).toEqual(keepChoices(0));
  expect(keepChoicesOf(5, 60)[1]?.label).toBe("5 minutes");
});

test("only what a forward says of its own is told", () => {
  expect(keepSummary(null)).toBeNull();
  expect(keepSummary(10)).toBe("kept 10 minutes");
  expect(keepSummary(0)).toBe("kept always");
  expect(keepMeaning(0)).not.toBe(keepMeaning(1));
});
