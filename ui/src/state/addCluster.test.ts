import { expect, test } from "vitest";
import type { Backend } from "../backend/backend";
import type { Command, Pasted, Reply, ServerReport } from "../backend/types";
import { AddCluster } from "./addCluster.svelte";

type Answer = (reply: Reply) => void;

/** An engine that answers when it is told to. */
function slowEngine() {
  const asked: { command: Command; answer: Answer }[] = [];
  const execute = (command: Command) =>
    new Promise<Reply>((answer) => {
      asked.push({ command, answer });
    });
  return { asked, backend: { execute } as unknown as Backend };
}

const settled = () => new Promise((resolve) => setTimeout(resolve));

/** What the answer to this command was waited for; the latest. */
function waiting(asked: ReturnType<typeof slowEngine>["asked"], type: Command["type"]) {
  const found = asked.findLast(({ command }) => command.type === type);
  if (found === undefined) throw new Error(`${type} was not asked for`);
  return found;
}

const report = (sha256: string, distrust: string | null): Reply => ({
  type: "server",
  report: {
    certificate: { subject: "", issuer: "", names: [], notBeforeMs: 0, notAfterMs: 0, sha256, distrust },
    openshift: true,
    signInServer: null,
    methods: ["token"],
  } satisfies ServerReport,
});

const login = (server: string): Pasted => ({
  type: "login",
  server,
  name: server,
  user: "ada",
  method: "password",
  hasSecret: false,
  authority: null,
  unchecked: false,
});

async function paste(adding: AddCluster, asked: ReturnType<typeof slowEngine>["asked"], server: string) {
  adding.paste.text = `oc login ${server}`;
  adding.paste.edited();
  await expect.poll(() => asked.at(-1)?.command).toEqual({ type: "readPasted", text: `oc login ${server}` });
  asked.at(-1)?.answer({ type: "pasted", pasted: login(server) });
  await settled();
}

test("a text is used only once it was read, and no password for another server", async () => {
  const { asked, backend } = slowEngine();
  const adding = new AddCluster(backend);
  await paste(adding, asked, "https://a");
  adding.paste.password = "for a";
  expect(adding.ready).toBe(true);
  adding.paste.text = "oc login https://b";
  adding.paste.edited();
  expect(adding.ready).toBe(false);
  await paste(adding, asked, "https://b");
  expect(adding.paste.password).toBe("");
  adding.paste.password = "for b";
  expect(adding.ready).toBe(true);
});

test("nothing is added once the person has left", async () => {
  const { asked, backend } = slowEngine();
  const adding = new AddCluster(backend);
  await paste(adding, asked, "https://a");
  adding.paste.password = "secret";
  const added = adding.next();
  const probe = waiting(asked, "probeServer");
  adding.leave();
  probe.answer(report("aa", null));
  expect(await added).toBe(null);
  expect(asked.map(({ command }) => command.type)).not.toContain("addCluster");
});

test("a late answer of another server is shown nowhere", async () => {
  const { asked, backend } = slowEngine();
  const adding = new AddCluster(backend);
  adding.show("server");
  adding.server = "https://a";
  void adding.probe();
  const first = waiting(asked, "probeServer");
  adding.server = "https://b";
  adding.changed();
  void adding.probe();
  waiting(asked, "probeServer").answer(report("bb", "nobody knows it"));
  await settled();
  first.answer(report("aa", "nobody knows it"));
  await settled();
  expect(adding.question?.sha256).toBe("bb");
});
