import { expect, test } from "vitest";
import { formatAge } from "./age";
import { readCaller } from "./caller";

const SECOND = 1000;
const HOUR = 3_600_000;

test.each([
  [-5, "0 s"],
  [999, "0 s"],
  [59.9 * SECOND, "59 s"],
  [60 * SECOND, "1 min"],
  [HOUR - 1, "59 min"],
  [HOUR, "1 h"],
  [2 * HOUR + 600 * SECOND, "2 h 10 min"],
  [24 * HOUR, "1 d"],
  [99 * HOUR, "4 d 3 h"],
])("%d ms are %s", (milliseconds, words) => {
  expect(formatAge(milliseconds)).toBe(words);
});

test.each([
  ["127.0.0.1:51234", null],
  ["[::1]:51234", null],
  ["[::ffff:127.0.0.1]:51234", null],
  ["192.168.1.20:51234", "192.168.1.20"],
  ["[fe80::1]:51234", "[fe80::1]"],
])("the caller %s is of the computer %s", (from, host) => {
  expect(readCaller(from)).toEqual({ host, port: ":51234" });
});

test("a caller that has no address is shown without", () => {
  expect(readCaller("")).toEqual({ host: null, port: "" });
});
