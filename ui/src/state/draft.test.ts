import { expect, test } from "vitest";
import type { Profile } from "../backend/types";
import { draftOf } from "./draft";

test("a draft has what was told, also what this window does not know, and nothing of the running forward", () => {
  const told = {
    name: "shop",
    context: { kind: "demo" as const },
    namespace: "demo",
    target: { kind: "service" as const, name: "web" },
    bindAddress: "localhost",
    pinned: "for a reason",
  };
  const profile: Profile = { ...told, id: "a1", on: true, ports: [{ mapping: ":80", lastLocal: 41234 }] };
  expect(draftOf(profile)).toEqual({ ...told, ports: [":80"] });
});
