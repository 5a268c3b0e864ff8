import { expect, test } from "vitest";
import type { ForwardView } from "../backend/types";
import { commandLine } from "./commandLine";

const forward = {
  profile: {
    context: { kind: "kubeconfig", name: "it's prod" },
    namespace: "shop",
    target: { kind: "statefulSet", name: "db" },
    bindAddress: "localhost",
    ports: [
      { mapping: ":5432", lastLocal: 41000 },
      { mapping: "6000:http", lastLocal: null },
      { mapping: ":9000", lastLocal: null },
    ],
  },
  ports: [
    { remote: "5432", local: 52341, addresses: [] },
    { remote: "http", local: null, addresses: [] },
    { remote: "9000", local: null, addresses: [] },
  ],
} as unknown as ForwardView;

test("the command has the ports as they are now and quotes what a shell would split", () => {
  expect(commandLine(forward, "kubectl")).toBe(
    `kubectl port-forward --context 'it'\\''s prod' -n shop sts/db 52341:5432 6000:http :9000`,
  );
});

test("an address other than localhost is named", () => {
  const elsewhere = { ...forward, profile: { ...forward.profile, bindAddress: "192.168.1.7" } };
  expect(commandLine(elsewhere, "oc")).toContain("oc port-forward --context");
  expect(commandLine(elsewhere, "oc")).toContain(" --address 192.168.1.7 sts/db ");
});

test("a context that another file has too is taken from its own", () => {
  const context = { kind: "kubeconfig" as const, name: "lab", file: "/home/ada/my configs/lab" };
  const shadowed = { ...forward, profile: { ...forward.profile, context } };
  expect(commandLine(shadowed, "kubectl")).toContain(
    "kubectl port-forward --kubeconfig '/home/ada/my configs/lab' --context lab -n shop ",
  );
});

test("there is no command for the demo cluster", () => {
  const demo = { ...forward, profile: { ...forward.profile, context: { kind: "demo" as const } } };
  expect(commandLine(demo, "kubectl")).toBeNull();
});
