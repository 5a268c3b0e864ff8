import { expect, test } from "vitest";
import type { ClusterView, ContextRef, ForwardView } from "../backend/types";
import { clusterChoices, contextOf, contextOfLine, entryOf, likelyContext } from "./clusters";
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

test("what is chosen stays a choice once its cluster is gone", () => {
  const gone = clusterChoices(model([a], null), own).at(-1);
  expect(gone?.value).toBe("own:7");
  expect(gone?.label).not.toBe("own:7");
  expect(clusterChoices(model([a], null), a.context)).toHaveLength(1);
});

test("a command line leads to the cluster that it names, and to none that Culvert does not know", () => {
  const entry = (name: string, file: string, shadowed = false) =>
    ({ name, file, shadowed }) as Model["catalog"]["contexts"][number];
  const contexts = [
    entry("lab", "/home/ada/.kube/config"),
    entry("lab", "/other", true),
    entry("dev", "/two"),
    entry("prod", "/two"),
  ];
  const known = model([{ ...a, server: "https://api.a:6443" }], null, {
    catalog: { contexts, current: null, problems: [] },
  });
  const line = { context: null, kubeconfig: null, server: null };
  const where = (named: Partial<typeof line> | Record<string, string>) =>
    contextOfLine({ ...line, ...named } as Parameters<typeof contextOfLine>[0], known, own);
  expect(where({})).toEqual(own);
  expect(where({ context: "x" })).toEqual(kubeconfig("x"));
  expect(where({ kubeconfig: "/other" })).toEqual(kubeconfig("lab", "/other"));
  expect(where({ kubeconfig: "~/.kube/config", context: "lab" })).toEqual(kubeconfig("lab"));
  expect(where({ kubeconfig: "/two" })).toBeNull();
  expect(where({ kubeconfig: "/two", context: "prod" })).toEqual(kubeconfig("prod"));
  expect(where({ kubeconfig: "/nowhere", context: "lab" })).toBeNull();
  expect(where({ server: "https://API.a:6443/" })).toEqual(a.context);
  expect(where({ server: "https://elsewhere" })).toBeNull();
});

test("of contexts of one name the one that is meant is found", () => {
  const entry = (file: string, shadowed: boolean) =>
    ({ name: "lab", file, shadowed }) as Model["catalog"]["contexts"][number];
  const contexts = [entry("/second", true), entry("/first", false)];
  const found = (context: ContextRef) => entryOf(context, { contexts, current: null, problems: [] })?.file;
  expect(found(kubeconfig("lab"))).toBe("/first");
  expect(found(kubeconfig("lab", "/second"))).toBe("/second");
  expect(found(kubeconfig("dev"))).toBeUndefined();
  expect(found(own)).toBeUndefined();
});
