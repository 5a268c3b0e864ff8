import { expect, test } from "vitest";
import { fingerprintGroups } from "./fingerprint";

test("a fingerprint is four groups of eight pairs, and nothing of it is lost", () => {
  const sha256 = "0123456789abcdef".repeat(4);
  const groups = fingerprintGroups(sha256);
  expect(groups).toEqual(Array(4).fill("01:23:45:67:89:AB:CD:EF"));
  expect(groups.join("").replaceAll(":", "").toLowerCase()).toBe(sha256);
});

test("nothing stays nothing", () => expect(fingerprintGroups("")).toEqual([]));
