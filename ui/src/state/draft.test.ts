import { expect, test } from "vitest";
import type { Profile } from "../backend/types";
import { draftOf, startsAnew } from "./draft";

test("a draft has what was told, also what this window does not know, and nothing of the running forward", () => {
  const told = {
    name: "shop",
    context: { kind: "demo" as const },
    namespace: "demo",
    target: { kind: "service" as const, name: "web" },
    bindAddress: "localhost",
    pinned: "for a reason",
  };
  const profile: Profile = {
    ...told,
    id: "a1",
    on: true,
    offAtMs: 5,
    offBecause: { type: "asksFirst" },
    ports: [{ mapping: ":80", lastLocal: 41234 }],
  };
  expect(draftOf(profile)).toEqual({ ...told, ports: [":80"] });
});

test("a forward starts anew for what changes its working, and not for how it is listed", () => {
  const profile: Profile = {
    id: "a1",
    name: "shop",
    context: { kind: "demo" },
    namespace: "demo",
    target: { kind: "service", name: "web" },
    ports: [{ mapping: ":80", lastLocal: 41234 }],
    bindAddress: "localhost",
    on: true,
  };
  const draft = draftOf(profile);
  for (const listed of [
    {},
    { name: "other", group: "Shop", tags: ["db"], colour: "red" as const },
    { turnOffAfterMinutes: 60, atStart: "off" as const, askFirst: true },
    // What is usual, said.
    {
      transport: "automatic" as const,
      pods: { kind: "best" as const },
    },
  ]) {
    expect(startsAnew(profile, { ...draft, ...listed })).toBe(false);
  }
  for (const worked of [
    { namespace: "other" },
    { context: { kind: "kubeconfig" as const, name: "demo" } },
    { target: { kind: "pod" as const, name: "web" } },
    { ports: [":81"] },
    { bindAddress: "::1" },
    { route: "node" as const },
    // What is preferred for all may be something else tomorrow.
    { keepUnusedMinutes: 10 },
    { keepUnusedMinutes: 0 },
    { holdSeconds: 30 },
    { holdSeconds: 0 },
    { pods: { kind: "pinned" as const, name: "web-1" } },
  ]) {
    expect(startsAnew(profile, { ...draft, ...worked })).toBe(true);
  }
});
