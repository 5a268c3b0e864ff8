import { expect, test } from "vitest";
import type { ContextEntry, ForwardView } from "../backend/types";
import { clusterChoices, contextOf, likelyContext } from "./clusters";
import { emptyModel, type Model } from "./model";

const entry = (name: string) => ({ name }) as ContextEntry;
const catalog = (names: string[], current: string | null) => ({
  contexts: names.map(entry),
  current,
  problems: [],
});
const onDemo = { profile: { context: { kind: "demo" } } } as ForwardView;
const model = (some: Partial<Model>): Model => ({ ...emptyModel, demo: "stopped", ...some });
const all = { type: "all" } as const;

test("what is shown comes first, then the current context, then what is left", () => {
  const two = model({ catalog: catalog(["a", "b"], "b"), forwards: [onDemo] });
  expect(likelyContext(two, { type: "cluster", key: "kubeconfig:a" })).toEqual({
    kind: "kubeconfig",
    name: "a",
  });
  expect(likelyContext(two, all)).toEqual({ kind: "kubeconfig", name: "b" });
  expect(likelyContext(model({ catalog: catalog(["a"], null) }), all)).toEqual({
    kind: "kubeconfig",
    name: "a",
  });
  const undecided = model({ catalog: catalog(["a", "b"], null) });
  expect(likelyContext(undecided, all)).toBeNull();
  expect(likelyContext({ ...undecided, forwards: [onDemo] }, all)).toEqual({ kind: "demo" });
});

test("without any context there is the demo cluster, if this program has one", () => {
  expect(likelyContext(model({}), all)).toEqual({ kind: "demo" });
  expect(likelyContext(model({ demo: "unavailable" }), all)).toBeNull();
});

test("a choice leads back to its context", () => {
  const choices = clusterChoices(model({ catalog: catalog(["demo", "a:b"], "a:b") }));
  expect(choices.map(({ value }) => contextOf(value))).toEqual([
    { kind: "kubeconfig", name: "demo" },
    { kind: "kubeconfig", name: "a:b" },
    { kind: "demo" },
  ]);
  expect(choices.map(({ hint }) => hint)).toEqual([undefined, "current", undefined]);
  expect(contextOf("nonsense")).toBeNull();
});
