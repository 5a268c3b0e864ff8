import { describe, expect, test } from "vitest";
import { usualPreferences } from "../backend/preferences";
import type { Event, ForwardView, Problem, Snapshot } from "../backend/types";
import { applyUpdate, emptyModel, type Model, noStatistics } from "./model";

function forward(id: string, name = id): ForwardView {
  return {
    profile: {
      id,
      name,
      context: { kind: "demo" },
      namespace: "demo",
      target: { kind: "deployment", name },
      ports: [{ mapping: ":5000", lastLocal: null }],
      bindAddress: "localhost",
      on: false,
    },
    state: { type: "off" },
    ports: [{ remote: "5000", local: null, addresses: [] }],
    pod: null,
    transport: null,
    bytesIn: 0,
    bytesOut: 0,
    lastFailure: null,
  };
}

function snapshot(number: number, forwards: ForwardView[]): Snapshot {
  return {
    number,
    forwards,
    catalog: { contexts: [], current: null, problems: [] },
    clusters: [],
    keyring: { type: "unknown" },
    secrets: 0,
    demo: "stopped",
    preferences: usualPreferences,
    startAtLogin: { type: "off" },
    notice: null,
  };
}

function after(model: Model, number: number, event: Event): Model {
  return applyUpdate(model, { type: "event", event: { number, atMs: 0, event } });
}

const loaded = applyUpdate(emptyModel, {
  type: "snapshot",
  snapshot: snapshot(7, [forward("a"), forward("b")]),
});

describe("snapshots and numbers", () => {
  test("a snapshot replaces everything", () => {
    const again = applyUpdate(loaded, { type: "snapshot", snapshot: snapshot(3, []) });
    expect(again).toMatchObject({ loaded: true, number: 3, forwards: [] });
  });

  test.each([1, 7])("event %d is already in a snapshot of number 7", (number) => {
    expect(after(loaded, number, { type: "forwardRemoved", id: "a" })).toBe(loaded);
  });

  test("event 8 comes next, and only once", () => {
    const once = after(loaded, 8, { type: "forwardRemoved", id: "a" });
    expect(once.forwards.map(({ profile }) => profile.id)).toEqual(["b"]);
    expect(once.number).toBe(8);
    expect(after(once, 8, { type: "forwardRemoved", id: "b" })).toBe(once);
  });

  test("events before the first snapshot are ignored", () => {
    expect(after(emptyModel, 1, { type: "demoChanged", demo: "running" })).toBe(emptyModel);
  });
});

describe("events", () => {
  test("a changed forward keeps its place and leaves the others untouched", () => {
    const changed = after(loaded, 8, { type: "forwardChanged", forward: forward("a", "renamed") });
    expect(changed.forwards.map(({ profile }) => profile.name)).toEqual(["renamed", "b"]);
    expect(changed.forwards[1]).toBe(loaded.forwards[1]);
  });

  test("an unknown forward is added", () => {
    const more = after(loaded, 8, { type: "forwardChanged", forward: forward("c") });
    expect(more.forwards.map(({ profile }) => profile.id)).toEqual(["a", "b", "c"]);
  });

  test("traffic changes the counters of one forward", () => {
    const busy = after(loaded, 8, { type: "traffic", id: "b", bytesIn: 10, bytesOut: 3 });
    expect(busy.forwards[1]).toMatchObject({ bytesIn: 10, bytesOut: 3 });
    expect(busy.forwards[1]).not.toHaveProperty("statistics");
    const statistics = { ...noStatistics, peakIn: 7 };
    const measured = after(busy, 9, { type: "traffic", id: "b", bytesIn: 10, bytesOut: 3, statistics });
    expect(measured.forwards[1]?.statistics).toEqual(statistics);
    expect(busy.forwards[0]).toBe(loaded.forwards[0]);
  });

  test("traffic of a forward that is gone changes no forward", () => {
    expect(after(loaded, 8, { type: "traffic", id: "x", bytesIn: 1, bytesOut: 1 }).forwards).toBe(
      loaded.forwards,
    );
  });

  test("connections are counted as the engine counts them, with the event", () => {
    const accepted = after(loaded, 8, { type: "connectionAccepted", id: "b", local: 5000 });
    const failure: Problem = { code: "noPod", what: "", why: "", remedy: "", action: null, port: null };
    const failed = after(accepted, 9, {
      type: "connectionFailed",
      id: "b",
      local: 5000,
      remote: "80",
      problem: failure,
    });
    expect(failed.forwards[1]?.statistics).toEqual({ ...noStatistics, connections: 1, failed: 1 });
    expect(failed.forwards[0]).toBe(loaded.forwards[0]);
  });

  test("contexts and demo state are taken over", () => {
    const catalog = { contexts: [], current: null, problems: [{ file: "f", line: 3, reason: "r" }] };
    expect(after(loaded, 8, { type: "contextsChanged", catalog }).catalog).toBe(catalog);
    expect(after(loaded, 8, { type: "demoChanged", demo: "running" }).demo).toBe("running");
  });

  test("a notice comes and goes", () => {
    const notice: Problem = {
      code: "profileStore",
      what: "w",
      why: "y",
      remedy: "r",
      action: null,
      port: null,
    };
    const told = after(loaded, 8, { type: "noticeChanged", notice });
    expect(told.notice).toBe(notice);
    expect(after(told, 9, { type: "noticeChanged", notice: null })).toEqual({ ...loaded, number: 9 });
  });

  test("an event that this window does not know only moves the number", () => {
    const unknown = { type: "weather" } as unknown as Event;
    expect(after(loaded, 8, unknown)).toEqual({ ...loaded, number: 8 });
  });
});

test("what is preferred, and whether it starts at login, is as was told last", () => {
  const preferences = { ...usualPreferences, theme: "dark" as const };
  const dark = after(loaded, 8, { type: "preferencesChanged", preferences });
  expect(dark.preferences.theme).toBe("dark");
  const on = after(dark, 9, { type: "startAtLoginChanged", startAtLogin: { type: "on" } });
  expect(on.startAtLogin).toEqual({ type: "on" });
});
