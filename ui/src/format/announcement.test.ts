import { expect, test } from "vitest";
import type { ForwardState, ForwardView, Problem } from "../backend/types";
import { announcement } from "./announcement";

const gone = { what: "The pod went away." } as Problem;
const states: Record<ForwardState["type"], ForwardState> = {
  off: { type: "off" },
  connecting: { type: "connecting", step: "findingPod" },
  ready: { type: "ready" },
  live: { type: "live", connections: 1 },
  reconnecting: { type: "reconnecting", reason: gone, retryAtMs: null },
  needsAttention: { type: "needsAttention", problem: gone },
};

test.each<[ForwardState["type"], ForwardState["type"], string | null]>([
  ["off", "connecting", null],
  ["connecting", "ready", "shop is connected."],
  ["connecting", "live", "shop is connected."],
  ["ready", "live", null],
  ["live", "ready", null],
  ["live", "live", null],
  ["live", "reconnecting", "shop lost its connection and reconnects: The pod went away."],
  ["connecting", "reconnecting", "shop lost its connection and reconnects: The pod went away."],
  ["reconnecting", "reconnecting", null],
  ["reconnecting", "connecting", null],
  ["reconnecting", "ready", "shop is connected."],
  ["reconnecting", "live", "shop is connected."],
  ["live", "needsAttention", "shop needs attention: The pod went away."],
  ["needsAttention", "needsAttention", null],
  ["ready", "off", null],
  ["live", "off", null],
])("from %s to %s: %s", (before, now, words) => {
  const forward = { profile: { name: "shop" }, state: states[now] } as ForwardView;
  expect(announcement(before, forward)).toBe(words);
});

test("a forward whose time is up says so, and not when a start left it off", () => {
  const off = (type: string) =>
    ({ profile: { name: "shop", offBecause: { type } }, state: states.off }) as unknown as ForwardView;
  expect(announcement("live", off("timeIsUp"))).toBe("shop was turned off: its time is up.");
  expect(announcement("off", off("timeIsUp"))).toBeNull();
  expect(announcement("live", off("asksFirst"))).toBeNull();
});
