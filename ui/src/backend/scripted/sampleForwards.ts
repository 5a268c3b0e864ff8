import type { ContextRef, ForwardState, ForwardView, Problem, Profile, TargetKind } from "../types";
import { expired } from "./clusters";
import { noTransport, problem } from "./problem";

const staging: ContextRef = { kind: "kubeconfig", name: "staging" };
const production: ContextRef = { kind: "kubeconfig", name: "production" };
const openshift: ContextRef = { kind: "kubeconfig", name: "payments/api-ocp4-example-com:6443/ada" };
const demo: ContextRef = { kind: "demo" };

/** Forwards in each state. */
export function busyForwards(): ForwardView[] {
  return [
    forward(
      "catalog",
      staging,
      "shop",
      "deployment",
      "catalog",
      [
        [":8080", 52341],
        [":9102", 52342],
      ],
      {
        type: "live",
        connections: 3,
      },
    ),
    forward("orders database", staging, "shop", "service", "orders-db", [["5432:5432", 5432]], {
      type: "ready",
    }),
    forward("checkout", production, "shop", "service", "checkout", [[":8080", 40817]], {
      type: "reconnecting",
      reason: problem("podGone", {
        what: "The pod checkout-5f6b7d9c8-2mlr8 went away.",
        why: "It was deleted while a rollout replaced it; the next one is not ready yet.",
        remedy: "Culvert connects again as soon as a pod is ready. Callers wait meanwhile.",
        action: { type: "retry" },
      }),
      retryAtMs: Date.now() + 24_000,
    }),
    forward("grafana", staging, "monitoring", "service", "grafana", [["3000:3000", null]], {
      type: "needsAttention",
      problem: problem("localPortTaken", {
        what: "Local port 3000 is taken.",
        why: "node (process 41872) listens on 127.0.0.1:3000.",
        remedy: "Stop that program, or let Culvert use a free port instead.",
        action: { type: "useFreePort", port: 0 },
        port: 0,
      }),
    }),
    forward("payments api", openshift, "payments", "deployment", "api", [[":8443", null]], {
      type: "needsAttention",
      problem: problem("forbidden", {
        what: "You are not allowed to forward ports in “payments”.",
        why: 'The server says: pods "api-6c4d" is forbidden: User "ada" cannot create resource "pods/portforward".',
        remedy: "Ask for the permission to create pods/portforward in that namespace, then retry.",
        action: { type: "retry" },
      }),
    }),
    forward("prometheus", staging, "monitoring", "statefulSet", "prometheus", [[":9090", null]], {
      type: "connecting",
      step: "findingPod",
    }),
    forward("echo", demo, "demo", "deployment", "echo", [[":5000", 41234]], { type: "off" }),
    forward("web shop", demo, "demo", "service", "web", [["8080:http", null]], { type: "off" }),
  ];
}

/** A forward with more connections than are listed, to two pods. */
export function crowdedForwards(): ForwardView[] {
  const [catalog, ...others] = busyForwards();
  if (catalog === undefined) return [];
  const state: ForwardState = { type: "live", connections: 328 };
  return [{ ...catalog, state, otherPods: ["catalog-7c5ddbdf54-9hv7n"] }, ...others];
}

/** Forwards whose transport or route is settled: one works, one waits for its person, one is off. */
export function pinnedForwards(): ForwardView[] {
  const works = forward("catalog", staging, "shop", "deployment", "catalog", [[":8080", 52341]], {
    type: "ready",
  });
  const stuck = forward("reports", production, "shop", "service", "catalog", [[":8080", 52344]], {
    type: "needsAttention",
    problem: noTransport,
  });
  const off = forward("echo", demo, "demo", "deployment", "echo", [[":5000", 41234]], { type: "off" });
  return [
    {
      ...works,
      profile: { ...works.profile, transport: "spdy", route: "node" },
      transport: "spdy",
      route: "node",
    },
    { ...stuck, profile: { ...stuck.profile, transport: "webSocketTunnel" } },
    { ...off, profile: { ...off.profile, transport: "channel" } },
  ];
}

/** Forwards that are sorted and marked, guarded, limited in time, and open to other computers. */
export function forwardsWithOptions(): ForwardView[] {
  const catalog = forward("catalog", staging, "shop", "deployment", "catalog", [[":8080", 52341]], {
    type: "live",
    connections: 2,
  });
  const orders = forward("orders", production, "shop", "service", "orders-db", [["5432:5432", 5432]], {
    type: "off",
  });
  const reports = forward("reports", production, "shop", "service", "reports", [[":8080", 52344]], {
    type: "off",
  });
  const cache = forward("cache", staging, "shop", "statefulSet", "cache", [[":6379", 52345]], {
    type: "ready",
  });
  const plain = forward("echo", demo, "demo", "deployment", "echo", [[":5000", 41234]], { type: "off" });
  const told = (view: ForwardView, options: Partial<Profile>): ForwardView => ({
    ...view,
    profile: { ...view.profile, ...options },
  });
  return [
    told(catalog, {
      group: "Shop",
      tags: ["web", "team blue"],
      colour: "green",
      turnOffAfterMinutes: 480,
      offAtMs: Date.now() + 7.5 * 3_600_000,
      pods: { kind: "spread" },
    }),
    told(orders, {
      group: "Shop",
      tags: ["postgres", "read only", "careful", "team blue"],
      colour: "red",
      askFirst: true,
      offBecause: { type: "asksFirst" },
    }),
    told(reports, {
      group: "Back office",
      colour: "orange",
      askFirst: true,
      turnOffAfterMinutes: 480,
      offBecause: { type: "timeIsUp", minutes: 480 },
    }),
    {
      ...told(cache, { tags: ["redis"], bindAddress: "0.0.0.0", holdSeconds: 0 }),
      ports: cache.ports.map((port) => ({ ...port, addresses: ["0.0.0.0"] })),
    },
    plain,
  ];
}

/** Forwards that wait for a sign-in, for a word about a certificate, and for a word about where their context leads now. */
export function troubledForwards(): ForwardView[] {
  const [catalog, orders, checkout, , payments] = busyForwards();
  if (!catalog || !orders || !checkout || !payments) return [];
  const lab: ContextRef = { kind: "own", id: "own-lab" };
  const attention = (view: ForwardView, problem: Problem): ForwardView => ({
    ...view,
    profile: { ...view.profile, on: true },
    state: { type: "needsAttention", problem },
  });
  const reports = forward("reports", lab, "tests", "service", "reports", [[":8080", null]], { type: "off" });
  const ledger = forward("ledger", production, "shop", "service", "ledger", [[":8080", null]], {
    type: "off",
  });
  const stock = forward("stock", production, "shop", "service", "stock", [[":8080", null]], { type: "off" });
  const before = { server: "https://api.old-production.example.com:6443", authority: "ab".repeat(32) };
  const changed = problem("clusterChanged", {
    what: "The context production leads to another cluster than before.",
    why: "It was api.old-production.example.com and is api.production.example.com now.",
    remedy: "Compare the two and say whether the new one is right.",
    action: {
      type: "acceptCluster",
      cluster: { server: "https://api.production.example.com:6443", authority: "cd".repeat(32) },
    },
  });
  const untrusted = problem("untrusted", {
    what: "The certificate of lab is not trusted.",
    why: "No authority that this computer trusts has signed it.",
    remedy: "Compare its fingerprint, then trust it or name its authority.",
    action: { type: "trustServer", context: lab },
  });
  return [
    catalog,
    orders,
    checkout,
    attention(payments, expired(openshift)),
    attention(reports, untrusted),
    { ...attention(ledger, changed), profile: { ...ledger.profile, on: true, cluster: before } },
    stock,
  ];
}

/** A forward that works, whose last connection did not. */
export function afterFailure(): ForwardView {
  const works = forward("catalog", staging, "shop", "deployment", "catalog", [[":8080", 52341]], {
    type: "ready",
  });
  const lastFailure = problem("portNotListening", {
    what: "Nothing listens on port 8080 in the pod.",
    why: "The pod catalog-7c5ddbdf54-4xk2p refused the connection.",
    remedy: "Check that the program in the pod has started, then connect again.",
    action: { type: "retry" },
    port: 0,
  });
  return { ...works, lastFailure };
}

/** A forward that lives through a lot and shares its number with another program, one that others can reach, and one that is off. */
export function forwardsWithPast(): ForwardView[] {
  const [catalog, ...others] = busyForwards();
  if (catalog === undefined) return [];
  const shadow = {
    address: "::1",
    program: "nginx (process 4123)",
    sentence:
      "localhost:52341 may lead to the program nginx (process 4123), which listens on ::1. Use 127.0.0.1:52341.",
  };
  const open = forward("metrics", staging, "monitoring", "service", "prometheus", [["9090:9090", 9090]], {
    type: "ready",
  });
  return [
    {
      ...catalog,
      profile: { ...catalog.profile, bindAddress: "127.0.0.1" },
      ports: catalog.ports.map((port, index) => ({
        ...port,
        addresses: ["127.0.0.1"],
        ...(index === 0 ? { shadow } : {}),
      })),
      statistics: {
        onSinceMs: Date.now() - 94_000_000,
        connections: 1284,
        failed: 17,
        peakIn: 11_400_000,
        peakOut: 212_000,
        dialMs: 142,
        roundTripUs: 23_400,
      },
    },
    {
      ...open,
      profile: { ...open.profile, bindAddress: "0.0.0.0" },
      ports: open.ports.map((port) => ({ ...port, addresses: ["0.0.0.0"] })),
    },
    ...others,
  ];
}

/** So many forwards, each tenth of which is live. */
export function manyForwards(count: number): ForwardView[] {
  return Array.from({ length: count }, (_, index) =>
    forward(
      `service ${index + 1}`,
      index % 3 === 0 ? production : staging,
      "shop",
      "service",
      `svc-${index + 1}`,
      [[":8080", 30_000 + index]],
      index % 10 === 0 ? { type: "live", connections: 1 + (index % 7) } : { type: "off" },
    ),
  );
}

function forward(
  name: string,
  context: ContextRef,
  namespace: string,
  kind: TargetKind,
  targetName: string,
  ports: [string, number | null][],
  state: ForwardState,
): ForwardView {
  const bound = state.type === "live" || state.type === "ready" || state.type === "reconnecting";
  const tunnel = state.type === "live" || state.type === "ready";
  return {
    profile: {
      id: `id-${name.replaceAll(" ", "-")}`,
      name,
      context,
      namespace,
      target: { kind, name: targetName },
      ports: ports.map(([mapping, lastLocal]) => ({ mapping, lastLocal })),
      bindAddress: "localhost",
      on: state.type !== "off",
    },
    state,
    ports: ports.map(([mapping, local]) => ({
      remote: mapping.split(":")[1] ?? mapping,
      local: bound ? local : null,
      addresses: bound ? ["127.0.0.1", "::1"] : [],
    })),
    pod: tunnel ? `${targetName}-7c5ddbdf54-4xk2p` : null,
    transport: tunnel ? "webSocketTunnel" : null,
    ...(tunnel ? { route: "pod" as const } : {}),
    bytesIn: tunnel ? 48_213_377 : 0,
    bytesOut: tunnel ? 1_294_112 : 0,
    lastFailure: null,
  };
}
