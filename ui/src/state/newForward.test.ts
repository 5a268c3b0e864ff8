import { expect, test } from "vitest";
import type { Command, ContextCatalog, Reply, TargetSummary } from "../backend/types";
import type { App } from "./app";
import { NewForward } from "./newForward.svelte";

const settled = () => new Promise((resolve) => setTimeout(resolve));

/** A window whose engine answers when it is told to. */
function slowWindow() {
  const asked: { command: Command; answer: (reply: Reply) => void }[] = [];
  const looks: { over: boolean }[] = [];
  const execute = (command: Command) =>
    new Promise<Reply>((answer) => {
      asked.push({ command, answer });
    });
  const session = {
    model: { catalog: { contexts: [], current: null, problems: [], files: [] }, clusters: [], forwards: [] },
    looks: {
      begin: () => {
        const look = { over: false };
        looks.push(look);
        return () => (look.over = true);
      },
    },
  };
  const app = { session, navigation: { section: { type: "all" } }, backend: { execute }, run: execute };
  const waiting = (type: Command["type"]) => asked.findLast(({ command }) => command.type === type);
  return { app: app as unknown as App, looks, waiting };
}

const catalog: ContextCatalog = {
  contexts: [{ name: "lab", file: null, server: "https://lab", namespace: "default" }],
  current: "lab",
  problems: [],
  files: [],
} as unknown as ContextCatalog;

const lab = { kind: "kubeconfig", name: "lab" } as const;

function service(name: string): TargetSummary {
  return { target: { kind: "service", name }, obstacle: null, ports: [] } as unknown as TargetSummary;
}

test("nothing is looked at once the screen is closed, whatever comes late", async () => {
  const { app, looks, waiting } = slowWindow();
  const form = new NewForward(app, null);
  form.close();
  waiting("reloadContexts")?.answer({ type: "contexts", catalog });
  await settled();
  expect(looks.filter(({ over }) => !over)).toEqual([]);

  const other = new NewForward(app, lab);
  expect(looks.some(({ over }) => !over)).toBe(true);
  const reloaded = other.reload();
  other.close();
  waiting("reloadContexts")?.answer({ type: "contexts", catalog });
  await reloaded;
  expect(looks.filter(({ over }) => !over)).toEqual([]);
});

test("what is wrong with the ports of one target is not said of another's", async () => {
  const { app, waiting } = slowWindow();
  const form = new NewForward(app, lab);
  form.choose(service("catalog"));
  form.other = "70000";
  form.portsEdited();
  await expect.poll(() => waiting("checkPorts")?.command).toEqual({ type: "checkPorts", ports: ["70000"] });
  form.choose(service("orders"));
  form.other = "5432";
  waiting("checkPorts")?.answer({ type: "portCheck", errors: ["too large"] });
  await settled();
  expect(form.otherErrors).toEqual([]);
});

test("a line for a cluster that is not known says so, and counts once a file that names it is read", async () => {
  const { app, waiting } = slowWindow();
  const target = { kind: "service", name: "web" } as const;
  const line = { context: "lab", kubeconfig: "/lab", server: null, namespace: "shop", address: null, target };
  const form = new NewForward(app, lab, { ...line, ports: ["8080"] });
  expect(form.context).toBe(null);
  expect(form.problem?.why).toContain("/lab");
  waiting("reloadContexts")?.answer({ type: "contexts", catalog });
  await settled();
  expect([form.context, form.problem?.why]).toEqual([null, expect.stringContaining("/lab")]);

  const other = new NewForward(app, lab, { ...line, ports: ["8080"] });
  const contexts = [{ ...catalog.contexts[0], file: "/lab" }] as typeof catalog.contexts;
  waiting("reloadContexts")?.answer({ type: "contexts", catalog: { ...catalog, contexts } });
  await settled();
  expect([other.context, other.namespace, other.other, other.problem]).toEqual([lab, "shop", "8080", null]);
});
