import { expect, test } from "vitest";
import type { ClusterView, ContextRef, ForwardView } from "../backend/types";
import { visibleForwards } from "./listOrder";
import { clusterGroups, forwardGroups, type Section } from "./view";

function forward(name: string, context: ContextRef, on: boolean, local: number | null = null): ForwardView {
  return {
    profile: {
      id: name,
      name,
      context,
      namespace: "shop",
      target: { kind: "statefulSet", name: "db" },
      ports: [{ mapping: ":5432", lastLocal: null }],
      bindAddress: "localhost",
      on,
    },
    state: on ? { type: "ready" } : { type: "off" },
    ports: [{ remote: "5432", local, addresses: [] }],
    pod: null,
    transport: null,
    bytesIn: 0,
    bytesOut: 0,
    lastFailure: null,
  };
}

const prod: ContextRef = { kind: "kubeconfig", name: "prod" };
const lookalike: ContextRef = { kind: "kubeconfig", name: "Demo cluster" };
const all = [
  forward("web 10", prod, false),
  forward("Web 2", prod, true, 41234),
  forward("api", { kind: "demo" }, true),
  forward("other", lookalike, false),
];

const names = (
  forwards: readonly ForwardView[],
  clusters: readonly ClusterView[],
  section: Section,
  search: string,
) => visibleForwards(forwards, { clusters, section, search, sort: "name" }).map((f) => f.profile.name);

test("forwards are sorted as a person would", () => {
  expect(names(all, [], { type: "all" }, "")).toEqual(["api", "other", "Web 2", "web 10"]);
});

test("sections choose", () => {
  expect(names(all, [], { type: "active" }, "")).toEqual(["api", "Web 2"]);
  expect(names(all, [], { type: "cluster", key: "demo" }, "")).toEqual(["api"]);
});

test("every word of a search has to occur", () => {
  expect(names(all, [], { type: "all" }, "PROD 5432")).toEqual(["Web 2", "web 10"]);
  expect(names(all, [], { type: "all" }, "41234")).toEqual(["Web 2"]);
  expect(names(all, [], { type: "all" }, "stateful web")).toEqual(["Web 2", "web 10"]);
  expect(names(all, [], { type: "all" }, "nothing")).toEqual([]);
});

test("clusters count their forwards, and a context called like the demo cluster is not it", () => {
  expect(clusterGroups(all, [])).toEqual([
    { key: "demo", label: "Demo cluster", total: 1, active: 1 },
    { key: "kubeconfig:Demo cluster", label: "Demo cluster", total: 1, active: 0 },
    { key: "kubeconfig:prod", label: "prod", total: 2, active: 1 },
  ]);
});

test("groups count their forwards, choose them, and are found with the tags", () => {
  const put = (forward: ForwardView, group: string, tags: string[]) => ({
    ...forward,
    profile: { ...forward.profile, group, tags },
  });
  const [web10, web2, api, other] = all as [ForwardView, ForwardView, ForwardView, ForwardView];
  const grouped = [
    put(web10, "Shop 10", []),
    put(web2, "Shop 10", ["Team Blue"]),
    put(api, "shop 2", ["careful"]),
    other,
  ];
  expect(forwardGroups(grouped)).toEqual([
    { name: "shop 2", total: 1, active: 1 },
    { name: "Shop 10", total: 2, active: 1 },
  ]);
  expect(names(grouped, [], { type: "group", key: "Shop 10" }, "")).toEqual(["Web 2", "web 10"]);
  expect(names(grouped, [], { type: "all" }, "blue")).toEqual(["Web 2"]);
  expect(names(grouped, [], { type: "all" }, "shop 10")).toEqual(["web 10", "Web 2"]);
});
