import { expect, test } from "vitest";
import { formatDay, formatMoment, formatTime, formatTook } from "./timeline";

test("a moment of today is a time, and another one has its day", () => {
  const at = new Date(2026, 2, 7, 14, 3, 5).getTime();
  const tonight = new Date(2026, 2, 7, 23, 59).getTime();
  const tomorrow = new Date(2026, 2, 8, 0, 1).getTime();
  expect(formatTime(at)).toBe("14:03:05");
  expect(formatMoment(at, tonight)).toBe("14:03:05");
  expect(formatMoment(at, tomorrow)).toBe("7 Mar, 14:03:05");
  expect([formatDay(at, tonight), formatDay(at, tomorrow)]).toEqual([null, "7 Mar"]);
});

test.each([
  [0.04, "0.0 ms"],
  [0.34, "0.3 ms"],
  [9.94, "9.9 ms"],
  [9.96, "10 ms"],
  [23, "23 ms"],
  [999.4, "999 ms"],
  [999.6, "1.0 s"],
  [12_340, "12.3 s"],
])("%d ms read as %s", (milliseconds, words) => {
  expect(formatTook(milliseconds)).toBe(words);
});
