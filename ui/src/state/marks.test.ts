import { expect, test } from "vitest";
import type { ClusterView, ContextMark } from "../backend/types";
import { markOf } from "./marks";

const demo = { kind: "demo" } as const;
const marked = (mark: ContextMark) => [{ context: demo, mark } as ClusterView];

test("production without a colour is red, with one it has that, and others only what they were given", () => {
  expect(markOf(demo, marked({ production: true, colour: null }))).toEqual({
    production: true,
    colour: "red",
  });
  expect(markOf(demo, marked({ production: true, colour: "teal" })).colour).toBe("teal");
  expect(markOf(demo, marked({ production: false, colour: null })).colour).toBeNull();
  expect(markOf(demo, [])).toEqual({ production: false, colour: null });
});
