import type { ContextEntry, DeclaredPort, TargetKind, TargetSummary } from "../types";

/** What runs in a namespace of a scripted cluster. */
type Namespaces = Record<string, TargetSummary[]>;

const CONFIG = "/home/ada/.kube/config";

export const contexts: ContextEntry[] = [
  {
    name: "staging",
    cluster: "staging-eu",
    server: "https://api.staging.example.com:6443",
    user: "ada",
    namespace: "shop",
    file: CONFIG,
  },
  {
    name: "production",
    cluster: "production-eu",
    server: "https://api.production.example.com:6443",
    user: "ada",
    namespace: "shop",
    file: CONFIG,
  },
  {
    name: "payments/api-ocp4-example-com:6443/ada",
    cluster: "api-ocp4-example-com:6443",
    server: "https://api.ocp4.example.com:6443",
    user: "ada/api-ocp4-example-com:6443",
    namespace: "payments",
    file: "/home/ada/.kube/openshift",
  },
  {
    name: "kind-local",
    cluster: "kind-local",
    server: "https://127.0.0.1:38677",
    user: "kind",
    namespace: null,
    file: CONFIG,
  },
];

export const demoCluster: Namespaces = {
  default: [],
  demo: [
    target("service", "cache", [[6379, "redis"]]),
    target("service", "echo", [[5000, "echo"]]),
    target("service", "web", [[80, "http"]], 2),
    target("deployment", "echo", [[5000, "echo"]]),
    target("deployment", "ticks", [[7000, null]]),
    target("deployment", "web", [[8080, "http"]], 2),
    target("statefulSet", "cache", [[6379, "redis"]]),
    target("pod", "cache-0", [[6379, "redis"]]),
    target("pod", "echo-6d5f8c9b7-x2x7k", [[5000, "echo"]]),
    target("pod", "ticks-7b9c6d4f5-9qk2m", [[7000, null]]),
    target("pod", "web-59c7d8b64f-h4v8c", [[8080, "http"]]),
    target("pod", "web-59c7d8b64f-tw6zj", [[8080, "http"]]),
  ],
  "kube-system": [],
  lab: [
    target("service", "discard", [[9, null]]),
    target(
      "service",
      "external",
      [[443, "https"]],
      0,
      0,
      "This service has no selector, so no pod stands behind it.",
    ),
    target("deployment", "discard", [[9, null]]),
  ],
};

export const bigCluster: Namespaces = {
  default: [],
  monitoring: [
    target("service", "grafana", [[3000, "http"]]),
    target("service", "prometheus", [[9090, "web"]], 2),
    target("statefulSet", "prometheus", [[9090, "web"]], 2),
  ],
  shop: [
    target(
      "service",
      "catalog",
      [
        [8080, "http"],
        [9102, "metrics"],
      ],
      3,
    ),
    target("service", "checkout", [[8080, "http"]], 2),
    target("service", "orders-db", [[5432, "postgres"]]),
    target(
      "service",
      "payment-provider",
      [[443, "https"]],
      0,
      0,
      "This service has no selector, so no pod stands behind it.",
    ),
    target(
      "deployment",
      "catalog",
      [
        [8080, "http"],
        [9102, "metrics"],
        [9229, "debug"],
      ],
      3,
    ),
    target("deployment", "checkout", [[8080, "http"]], 1, 2),
    target("deployment", "mailer", [], 0, 1),
    target("statefulSet", "orders-db", [[5432, "postgres"]]),
    target("pod", "catalog-7c5ddbdf54-4xk2p", [
      [8080, "http"],
      [9102, "metrics"],
      [9229, "debug"],
    ]),
    target("pod", "catalog-7c5ddbdf54-9hv7n", [
      [8080, "http"],
      [9102, "metrics"],
      [9229, "debug"],
    ]),
    target("pod", "catalog-7c5ddbdf54-zq5wd", [
      [8080, "http"],
      [9102, "metrics"],
      [9229, "debug"],
    ]),
    target("pod", "checkout-5f6b7d9c8-2mlr8", [[8080, "http"]]),
    target("pod", "checkout-5f6b7d9c8-kd6vt", [[8080, "http"]], 0, 1),
    target("pod", "mailer-84f7c5b9d-jw3xs", [], 0, 1),
    target("pod", "orders-db-0", [[5432, "postgres"]]),
  ],
};

export function target(
  kind: TargetKind,
  name: string,
  ports: [number, string | null][],
  ready = 1,
  wanted = ready,
  obstacle: string | null = null,
): TargetSummary {
  const declared: DeclaredPort[] = ports.map(([number, portName]) => ({ number, name: portName }));
  return { target: { kind, name }, ready, wanted, ports: declared, obstacle };
}
