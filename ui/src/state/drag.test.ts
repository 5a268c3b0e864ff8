import { expect, test } from "vitest";
import { edgeSpeed } from "./drag.svelte";

test.each([
  { y: 300, speed: "none" },
  { y: 148, speed: "none" },
  { y: 452, speed: "none" },
  { y: 140, speed: "up" },
  { y: 460, speed: "down" },
])("at $y in a list from 100 to 500 the speed is $speed", ({ y, speed }) => {
  const found = edgeSpeed(y, 100, 500);
  expect(found === 0 ? "none" : found < 0 ? "up" : "down").toBe(speed);
});

test("it is faster nearer the edge, and no faster beyond it", () => {
  const at = (y: number) => edgeSpeed(y, 100, 500);
  expect(at(490)).toBeGreaterThan(at(470));
  expect(at(500)).toBe(at(900));
  expect(at(100)).toBe(-at(500));
});

test("a low list has a calm middle, and one without height does not scroll", () => {
  expect(edgeSpeed(130, 100, 160)).toBe(0);
  expect(edgeSpeed(100, 100, 100)).toBe(0);
});
