import { expect, test } from "vitest";
import type { Backend } from "../backend/backend";
import type { Command, Connections, Update } from "../backend/types";
import { ConnectionFollower } from "./connectionFollower";
import { emptyModel } from "./model";

const told = (id: string, leftOff: number): Update => ({
  type: "event",
  event: { number: 1, atMs: 0, event: { type: "connections", id, connections: { listed: [], leftOff } } },
});
const { loaded: _, ...nothing } = emptyModel;
const snapshot: Update = {
  type: "snapshot",
  snapshot: { ...nothing, forwards: [], clusters: [] },
};

function follower() {
  const asked: Command[] = [];
  const shown: (Connections | null)[] = [];
  const backend = {
    execute: (command: Command) => {
      asked.push(command);
      return Promise.resolve({ type: "done" });
    },
  } as unknown as Backend;
  return { asked, shown, follower: new ConnectionFollower(backend, (now) => shown.push(now)) };
}

test("those of the forward that is looked at are shown, and of no other", () => {
  const { asked, shown, follower: follows } = follower();
  follows.hear(told("a", 1));
  follows.follow("a");
  follows.hear(told("b", 2));
  follows.hear(told("a", 3));
  expect(shown.map((now) => now?.leftOff)).toEqual([3]);

  follows.follow("b");
  follows.hear(told("a", 4));
  expect(shown.at(-1)).toBeNull();
  follows.hear(told("b", 5));
  expect(shown.at(-1)?.leftOff).toBe(5);
  follows.leave();
  follows.hear(told("b", 6));
  expect(shown.at(-1)).toBeNull();
  expect(asked).toEqual([
    { type: "watchConnections", id: "a" },
    { type: "stopWatchingConnections", id: "a" },
    { type: "watchConnections", id: "b" },
    { type: "stopWatchingConnections", id: "b" },
  ]);
});

test("who missed something asks anew", () => {
  const { asked, follower: follows } = follower();
  follows.hear(snapshot);
  follows.follow("a");
  follows.hear(snapshot);
  expect(asked).toEqual([
    { type: "watchConnections", id: "a" },
    { type: "watchConnections", id: "a" },
  ]);
});
