import { expect, test } from "vitest";
import { neighbour } from "./bulk";

test.each([
  { gone: ["a"], next: "b" },
  { gone: ["b", "c"], next: "d" },
  { gone: ["d"], next: "c" },
  { gone: ["a", "c"], next: "b" },
  { gone: ["a", "b", "c", "d"], next: null },
  { gone: ["elsewhere"], next: "a" },
])("after $gone the keyboard is at $next", ({ gone, next }) => {
  expect(neighbour(["a", "b", "c", "d"], gone)).toBe(next);
});
