import { expect, test } from "vitest";
import { keepChoices, keepMeaning, keepSummary, USUAL_MINUTES } from "./keeping";

test("what a profile says is among the choices, and nothing twice", () => {
  const labels = (minutes: number) => keepChoices(minutes).map(({ label }) => label);
  expect(labels(USUAL_MINUTES)).toEqual(["1 minute", "10 minutes", "1 hour", "Always"]);
  expect(labels(0)).toEqual(labels(USUAL_MINUTES));
  expect(labels(120)).toEqual(["2 hours", "1 minute", "10 minutes", "1 hour", "Always"]);
});

test("only what is unusual is summed up", () => {
  expect(keepSummary(USUAL_MINUTES)).toBeNull();
  expect(keepSummary(0)).toBe("kept always");
  expect(keepSummary(60)).toBe("kept 1 hour");
  expect(keepMeaning(0)).not.toBe(keepMeaning(1));
});
