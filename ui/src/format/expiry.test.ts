import { expect, test } from "vitest";
import { expiryWords } from "./expiry";

test.each([
  [undefined, null],
  [0, null],
  [-5, null],
  [59_999, "Sign-in ends in under a minute"],
  [60_000, "Sign-in ends in 1 min"],
  [60 * 60_000, "Sign-in ends in 60 min"],
  [60 * 60_000 + 1, null],
])("a sign-in with %s ms left: %s", (left, words) => {
  expect(expiryWords(left === undefined ? undefined : 1_000_000 + left, 1_000_000)).toBe(words);
});
