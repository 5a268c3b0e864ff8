import { expect, test } from "vitest";
import type { ClusterView, ContextRef, ForwardView } from "../backend/types";
import { clusterChoices, contextOf, likelyContext } from "./clusters";
import { emptyModel, type Model } from "./model";

const kubeconfig = (name: string, file?: string): ContextRef =>
  file === undefined ? { kind: "kubeconfig", name } : { kind: "kubeconfig", name, file };
const demo: ContextRef = { kind: "demo" };
const own: ContextRef = { kind: "own", id: "7" };
const cluster = (context: ContextRef, name: string, hint?: string) =>
  ({ context, name, ...(hint === undefined ? {} : { hint }) }) as ClusterView;
const onDemo = { profile: { context: demo } } as ForwardView;
const model = (clusters: ClusterView[], current: string | null, some: Partial<Model> = {}): Model => ({
  ...emptyModel,
  clusters,
  catalog: { contexts: [], current, problems: [] },
  ...some,
});
const [a, b, inside] = [
  cluster(kubeconfig("a"), "a"),
  cluster(kubeconfig("b"), "b"),
  cluster(demo, "Demo cluster"),
];
const all = { type: "all" } as const;

test("what is shown comes first, then the current context, then what is left", () => {
  const two = model([a, b, inside], "b", { forwards: [onDemo] });
  expect(likelyContext(two, { type: "cluster", key: "kubeconfig:a" })).toEqual(kubeconfig("a"));
  expect(likelyContext(two, all)).toEqual(kubeconfig("b"));
  expect(likelyContext(model([a, inside], null), all)).toEqual(kubeconfig("a"));
  const undecided = model([a, b, inside], null);
  expect(likelyContext(undecided, all)).toBeNull();
  expect(likelyContext({ ...undecided, forwards: [onDemo] }, all)).toEqual(demo);
});

test("without any context there is the demo cluster, if this program has one", () => {
  expect(likelyContext(model([inside], null), all)).toEqual(demo);
  expect(likelyContext(model([], null), all)).toBeNull();
});

test("a choice leads back to its context, also where names are alike", () => {
  const clusters = [
    cluster(kubeconfig("demo"), "demo"),
    cluster(kubeconfig("a:b"), "a:b"),
    cluster(kubeconfig("demo", "/etc/other"), "demo", "/etc/other"),
    cluster(own, "demo"),
    inside,
  ];
  const choices = clusterChoices(model(clusters, "a:b"));
  expect(choices.map(({ value }) => contextOf(value, clusters))).toEqual(
    clusters.map(({ context }) => context),
  );
  expect(choices.map(({ label }) => label)).toEqual(["demo", "a:b", "demo", "demo", "Demo cluster"]);
  expect(choices.map(({ hint }) => hint)).toEqual([undefined, "current", "/etc/other", undefined, undefined]);
  expect(contextOf("nonsense", clusters)).toBeNull();
});
