import { expect, test } from "vitest";
import { holdChoices, readMinutes, turnOffChoices } from "./lasting";

test.each<[string, number | null]>([
  ["90", 90],
  ["90 min", 90],
  ["45m", 45],
  ["1 minute", 1],
  ["2 h", 120],
  ["8 hours", 480],
  ["1.5 h", 90],
  ["1,5h", 90],
  ["1 h 30 min", 90],
  ["1 hour 30 minutes", 90],
  ["1:30", 90],
  ["2 days", 2880],
  ["28 d", 40_320],
  ["Never", 0],
  ["1 Stunde", 60],
  ["8 Stunden", 480],
  ["1,5 Std.", 90],
  ["1 Stunde 30 Minuten", 90],
  ["1 Minute", 1],
  ["2 Tage", 2880],
  ["1 Tag", 1440],
  ["Nie", 0],
  ["0", 0],
  [" 15 ", 15],
  ["29 days", null],
  ["0.1 min", null],
  ["soon", null],
  ["", null],
  ["-5", null],
  ["5 x", null],
  ["1:3", null],
])("“%s” is %s minutes", (typed, minutes) => {
  expect(readMinutes(typed)).toBe(minutes);
});

test("what a profile says is among the choices, and nothing twice", () => {
  const labels = (choices: { label: string }[]) => choices.map(({ label }) => label);
  expect(labels(turnOffChoices(480))).toEqual(["Never", "1 hour", "8 hours"]);
  expect(labels(turnOffChoices(90))).toEqual(["1 hour 30 minutes", "Never", "1 hour", "8 hours"]);
  expect(labels(holdChoices(30))).toEqual([
    "Do not let them wait",
    "10 seconds",
    "30 seconds",
    "2 minutes",
    "10 minutes",
  ]);
  expect(labels(holdChoices(75))[0]).toBe("1 minute 15 seconds");
});

test("what is shown can be typed", () => {
  for (const minutes of [0, 1, 59, 60, 61, 90, 480, 1441]) {
    const [shown] = turnOffChoices(minutes).filter(({ value }) => value === String(minutes));
    expect(readMinutes(shown?.label ?? "")).toBe(minutes);
  }
});
