import { expect, test } from "vitest";
import type { ForwardState, ForwardView } from "../backend/types";
import { ListOrder, type Shown, visibleForwards } from "./listOrder";

function forward(name: string, state: ForwardState, lastOnMs?: number): ForwardView {
  return {
    profile: {
      id: name,
      name,
      context: { kind: "demo" },
      namespace: "shop",
      target: { kind: "pod", name },
      ports: [],
      bindAddress: "localhost",
      on: state.type !== "off",
      ...(lastOnMs === undefined ? {} : { lastOnMs }),
    },
    state,
    ports: [],
    pod: null,
    transport: null,
    bytesIn: 0,
    bytesOut: 0,
    lastFailure: null,
  };
}

const all = [
  forward("c", { type: "off" }, 2_000),
  forward("b", { type: "live", connections: 1 }, 1_000),
  forward("a", { type: "off" }),
];
const usual: Shown = { clusters: [], section: { type: "all" }, search: "", sort: "name" };
const names = (forwards: ForwardView[]) => forwards.map(({ profile }) => profile.name);

test.each<[Shown["sort"], string[]]>([
  ["name", ["a", "b", "c"]],
  ["state", ["b", "a", "c"]],
  ["recent", ["c", "b", "a"]],
])("by %s", (sort, expected) => {
  expect(names(visibleForwards(all, { ...usual, sort }))).toEqual(expected);
});

test("an order over time keeps up with numbers, states, names and what is asked for", () => {
  const order = new ListOrder();
  const shown = { ...usual, sort: "state" as const };
  expect(names(order.of(all, shown))).toEqual(["b", "a", "c"]);
  const [c, b, a] = all as [ForwardView, ForwardView, ForwardView];
  const moved = [c, { ...b, bytesIn: 7 }, a];
  expect(order.of(moved, shown)[0]?.bytesIn).toBe(7);
  const up = [{ ...c, state: { type: "connecting" as const, step: "findingPod" as const } }, b, a];
  expect(names(order.of(up, shown))).toEqual(["c", "b", "a"]);
  expect(names(order.of(up, { ...shown, search: "a" }))).toEqual(["a"]);
  const renamed = [c, b, { ...a, profile: { ...a.profile, name: "z" } }];
  expect(names(order.of(renamed, shown))).toEqual(["b", "c", "z"]);
  expect(names(order.of([c], shown))).toEqual(["c"]);
});
