import { expect, test } from "vitest";
import type { Backend } from "../backend/backend";
import type { Command, Event, Update } from "../backend/types";
import { Looks } from "./looks";

const place = { context: { kind: "demo" as const }, namespace: "demo" };
const none = { type: "targets" as const, put: [], gone: [], complete: true, notices: [] };
const problem = { code: "internal" as const, what: "x", why: "", remedy: "", action: null, port: null };

function setUp() {
  const commands: Command[] = [];
  const heard: string[] = [];
  const execute = (command: Command) => {
    commands.push(command);
    return Promise.resolve({ type: "done" as const });
  };
  const looks = new Looks({ execute } as unknown as Backend);
  const stop = looks.begin(place, {
    begun: () => heard.push("begun"),
    browsed: () => heard.push("browsed"),
    ended: () => heard.push("ended"),
  });
  const tell = (event: Event) => looks.hear({ type: "event", event: { number: 1, atMs: 0, event } });
  const asked = () =>
    commands.map((command) => ("look" in command ? `${command.type} ${command.look}` : "?"));
  return { looks, heard, stop, tell, asked };
}

test("a look hears of itself until it is stopped", () => {
  const { heard, stop, tell, asked } = setUp();
  tell({ type: "browsed", look: 1, browsed: none });
  tell({ type: "browsed", look: 2, browsed: none });
  stop();
  stop();
  tell({ type: "browsed", look: 1, browsed: none });
  expect(heard).toEqual(["begun", "browsed"]);
  expect(asked()).toEqual(["look 1", "stopLooking 1"]);
});

test("after a new snapshot it begins again, and what was on its way to the old one is not heard", () => {
  const { looks, heard, stop, tell, asked } = setUp();
  looks.hear({ type: "snapshot" } as Update);
  tell({ type: "browsed", look: 1, browsed: none });
  expect(heard).toEqual(["begun", "begun"]);
  tell({ type: "browsed", look: 2, browsed: none });
  stop();
  looks.hear({ type: "snapshot" } as Update);
  expect(heard).toEqual(["begun", "begun", "browsed"]);
  expect(asked()).toEqual(["look 1", "stopLooking 1", "look 2", "stopLooking 2"]);
});

test("one that has ended is silent and needs no stop", () => {
  const { heard, stop, tell, asked } = setUp();
  tell({ type: "lookEnded", look: 1, problem });
  tell({ type: "browsed", look: 1, browsed: none });
  stop();
  expect(heard).toEqual(["begun", "ended"]);
  expect(asked()).toEqual(["look 1"]);
});
