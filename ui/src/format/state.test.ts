import { expect, test } from "vitest";
import type { ForwardState, ForwardView, Problem } from "../backend/types";
import { stateDetail } from "./state";

const reason = { what: "gone" } as Problem;

test.each<[ForwardState, string]>([
  [{ type: "off" }, ""],
  [{ type: "connecting", step: "findingPod" }, "finding a pod…"],
  [{ type: "ready" }, "no connections"],
  [{ type: "live", connections: 1 }, "1 connection"],
  [{ type: "live", connections: 3 }, "3 connections"],
  [{ type: "reconnecting", reason, retryAtMs: 10_000 }, "next try in 6 s"],
  [{ type: "reconnecting", reason, retryAtMs: 4_000 }, "trying now…"],
  [{ type: "reconnecting", reason, retryAtMs: null }, "trying now…"],
])("%o reads “%s”", (state, words) => {
  expect(stateDetail({ profile: {}, state, pod: "web-1", lastFailure: null } as ForwardView, 4_200)).toBe(
    words,
  );
});

test("a ready forward without a pod opens its tunnel when it is used", () => {
  const forward = { profile: {}, state: { type: "ready" }, pod: null, lastFailure: null } as ForwardView;
  expect(stateDetail(forward, 0)).toBe("opens on first use");
});

test("a ready forward says that its last connection failed", () => {
  const forward = { profile: {}, state: { type: "ready" }, lastFailure: reason } as ForwardView;
  expect(stateDetail(forward, 0)).toBe("last connection failed");
});

test.each([
  [{ type: "timeIsUp" as const, minutes: 480 }, "after 8 hours, as set"],
  [{ type: "asksFirst" as const }, "asks first"],
  [{ type: "offAtStart" as const }, "left off at start"],
])("%o is said of what is off", (offBecause, words) => {
  const forward = { profile: { offBecause }, state: { type: "off" } } as ForwardView;
  expect(stateDetail(forward, 0)).toBe(words);
});
