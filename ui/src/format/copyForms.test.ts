import { expect, test } from "vitest";
import type { ForwardView } from "../backend/types";
import { copyForms } from "./copyForms";

function forward(name: string, mappings: string[], bindAddress = "localhost"): ForwardView {
  return {
    profile: {
      id: name,
      name,
      context: { kind: "demo" },
      namespace: "shop",
      target: { kind: "pod", name },
      ports: mappings.map((mapping) => ({ mapping, lastLocal: null })),
      bindAddress,
      on: true,
    },
    state: { type: "ready" },
    ports: mappings.map((_, index) => ({ remote: "", local: 50_000 + index, addresses: [] })),
    pod: null,
    transport: null,
    bytesIn: 0,
    bytesOut: 0,
    lastFailure: null,
  };
}

test.each<[string, string[], string, string[]]>([
  ["web shop", [":8080"], "http://localhost:50000/", ["WEB_SHOP_PORT=50000"]],
  ["api", ["8443"], "https://localhost:50000/", ["API_PORT=50000"]],
  [
    "orders database",
    [":5432"],
    "postgresql://localhost:50000/",
    ["DATABASE_URL=postgresql://localhost:50000/", "ORDERS_DATABASE_PORT=50000"],
  ],
  [
    "7 Bücher!",
    [":redis", "http"],
    "redis://localhost:50000/",
    ["REDIS_URL=redis://localhost:50000/", "_7_BUCHER_REDIS_PORT=50000"],
  ],
  ["漢字", [":constructor"], "http://localhost:50000/", ["LOCAL_PORT=50000"]],
])("%s with %o", (name, mappings, url, env) => {
  expect(copyForms(forward(name, mappings), 0)).toEqual({ address: "localhost:50000", url, env });
});

test("an address of its own, and a port that is not open", () => {
  const open = forward("a", [":80", ":81"], "::1");
  expect(copyForms(open, 1)?.url).toBe("http://[::1]:50001/");
  const [first] = open.ports;
  expect(copyForms({ ...open, ports: first ? [{ ...first, local: null }] : [] }, 0)).toBeNull();
});
