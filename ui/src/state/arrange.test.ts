import { expect, test } from "vitest";
import { movedBefore, stepTo } from "./arrange";

const letters = (words: string) => [...words];

test.each<[string, string, string | null, string]>([
  ["abcde", "b", "d", "acbde"],
  ["abcde", "d", "a", "dabce"],
  ["abcde", "b", null, "acdeb"],
  ["abcde", "db", "a", "bdace"],
  ["abcde", "ab", "a", "cdeab"],
  ["abcde", "x", "a", "abcde"],
])("of %s, %s goes before %s: %s", (order, moving, before, expected) => {
  expect(movedBefore(letters(order), letters(moving), before)).toEqual(letters(expected));
});

test.each<[string, string, 1 | -1, string | null]>([
  ["abcde", "b", 1, "acbde"],
  ["abcde", "b", -1, "bacde"],
  ["abcde", "d", 1, "abced"],
  ["abcde", "bc", 1, "adbce"],
  ["abcde", "bc", -1, "bcade"],
  // Rows that are apart come together at the end to which they go.
  ["abcde", "bd", 1, "acbde"],
  ["abcde", "bd", -1, "abdce"],
  ["abcde", "a", -1, null],
  ["abcde", "de", 1, null],
  ["abcde", "x", 1, null],
])("of %s, %s one step %i: %s", (shown, moving, step, expected) => {
  const before = stepTo(letters(shown), letters(moving), step);
  const after = before === undefined ? null : movedBefore(letters(shown), letters(moving), before).join("");
  expect(after).toBe(expected);
});
