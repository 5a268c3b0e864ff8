import { expect, test } from "vitest";
import type { TargetKind, TargetSummary } from "../backend/types";
import { HEIGHT, heightOf, rowsOf } from "./rows";
import { begunAgain, browse, find, noTargets, type Targets } from "./targets";

function summary(kind: TargetKind, name: string, ready = 1): TargetSummary {
  return { target: { kind, name }, ready, wanted: 1, ports: [], obstacle: null };
}

function after(
  targets: Targets,
  put: TargetSummary[],
  gone: TargetSummary[] = [],
  complete = false,
): Targets {
  return browse(targets, {
    type: "targets",
    put,
    gone: gone.map(({ target }) => target),
    complete,
    notices: [],
  });
}

const names = (targets: Targets) => targets.list.map(({ target }) => `${target.kind}/${target.name}`);

test("what comes in any order is listed by kind and name, and each thing once", () => {
  let known = after(noTargets, [summary("pod", "b"), summary("service", "x")]);
  known = after(known, [
    summary("job", "j"),
    summary("pod", "a"),
    summary("pod", "c"),
    summary("service", "a"),
  ]);
  known = after(known, [summary("pod", "b", 0)], [summary("pod", "c"), summary("pod", "never")], true);
  expect(names(known)).toEqual(["service/a", "service/x", "job/j", "pod/a", "pod/b"]);
  expect(find(known, { kind: "pod", name: "b" })?.ready).toBe(0);
  expect(known.complete).toBe(true);
  expect(known.fresh).toBeNull();
});

test("a look that begins again shows what was known until all has come, and then only what has come", () => {
  let known = after(noTargets, [summary("pod", "a"), summary("pod", "b")], [], true);
  known = begunAgain(known);
  known = after(known, [summary("pod", "b", 0)]);
  expect(names(known)).toEqual(["pod/a", "pod/b"]);
  known = after(known, [summary("pod", "c")], [], true);
  expect(names(known)).toEqual(["pod/b", "pod/c"]);
  // What goes and comes after that is told.
  known = after(known, [], [summary("pod", "b")], true);
  expect(names(known)).toEqual(["pod/c"]);
});

test("what comes in batches is what came in one", () => {
  const all = Array.from({ length: 300 }, (_, index) => summary("pod", `p${(index * 7919) % 300}`));
  let known = noTargets;
  for (let first = 0; first < all.length; first += 7) known = after(known, all.slice(first, first + 7));
  expect(names(known)).toEqual(names(after(noTargets, all)));
  expect(known.list).toHaveLength(300);
});

test("each kind comes below its heading, and its options are counted through", () => {
  const stuck = { ...summary("service", "b"), obstacle: "It has no selector." };
  const rows = rowsOf([summary("service", "a"), stuck, summary("pod", "a")]);
  expect(rows.map((row) => [row.key, heightOf(row)])).toEqual([
    ["service", HEIGHT.heading],
    ["service/a", HEIGHT.option],
    ["service/b", HEIGHT.obstacle],
    ["pod", HEIGHT.heading],
    ["pod/a", HEIGHT.option],
  ]);
  expect(rows.flatMap((row) => (row.type === "option" ? [row.position] : []))).toEqual([1, 2, 3]);
  expect(rowsOf([])).toEqual([]);
});
