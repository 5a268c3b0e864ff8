import { expect, test } from "vitest";
import { formatAge } from "./age";
import { shortCaller } from "./caller";

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
  ["127.0.0.1:51234", ":51234"],
  ["[::1]:51234", ":51234"],
  ["[::ffff:127.0.0.1]:51234", ":51234"],
  ["192.168.1.20:51234", "192.168.1.20:51234"],
  ["[fe80::1]:51234", "[fe80::1]:51234"],
])("the caller %s is shown as %s", (from, words) => {
  expect(shortCaller(from)).toBe(words);
});
