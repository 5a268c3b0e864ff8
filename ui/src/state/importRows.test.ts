import { describe, expect, test } from "vitest";
import type { ForwardView, ImportField, ImportRow, ProfileDraft } from "../backend/types";
import { canTake, changesOf, sectionOf, usualChoice } from "./importRows";

const draft: ProfileDraft = {
  name: "web",
  context: { kind: "demo" },
  namespace: "shop",
  target: { kind: "service", name: "web" },
  ports: ["8080:80"],
  bindAddress: "localhost",
};
const row = (standing: ImportRow["standing"], more: Partial<ImportRow> = {}): ImportRow => ({
  name: "web",
  draft,
  standing,
  clashes: [],
  notes: [],
  ...more,
});
const clash = { clashes: [{ local: 8080, names: ["other"] }] };

describe("where a forward of a file is shown, and what is done with it unless the person says otherwise", () => {
  test.each([
    [row({ type: "new" }), "new", "add"],
    [row({ type: "changed", id: "a", fields: ["ports"] }), "changed", "replace"],
    [row({ type: "new" }, clash), "conflict", "add"],
    [row({ type: "changed", id: "a", fields: ["ports"] }, clash), "conflict", "replace"],
    [row({ type: "needsCluster" }), "conflict", null],
    [row({ type: "needsCluster" }, clash), "conflict", null],
    [row({ type: "same", id: "a" }), "same", null],
    [row({ type: "unusable", reason: "UDP" }), "unusable", null],
  ] as const)("%j", (of, section, deed) => {
    expect(sectionOf(of)).toBe(section);
    expect(usualChoice(of)).toEqual({ deed, freePorts: false });
    expect(canTake(of)).toBe(deed !== null);
  });
});

test("each field that differs is told with what it was and what it would be", () => {
  const { ports, ...rest } = draft;
  const profile = { ...rest, id: "a", on: false, ports: [{ mapping: ports[0] ?? "", lastLocal: null }] };
  const forward = { profile } as unknown as ForwardView;
  const all: [ImportField, Partial<ProfileDraft>, string][] = [
    ["target", { target: { kind: "statefulSet", name: "db" } }, "Target: service web → stateful set db"],
    ["ports", { ports: ["80", ":443"] }, "Ports: 8080:80 → 80, :443"],
    ["bindAddress", { bindAddress: "0.0.0.0" }, "Local address: localhost → 0.0.0.0"],
    ["transport", { transport: "spdy" }, "Transport: Automatic → SPDY"],
    ["route", { route: "node" }, "Route: Automatic → Node proxy"],
    ["keepUnusedMinutes", { keepUnusedMinutes: 0 }, "Kept without connections: as in Settings → Always"],
    ["pods", { pods: { kind: "pinned", name: "web-0" } }, "Pods: One pod, chosen by Culvert → web-0"],
    ["holdSeconds", { holdSeconds: 60 }, "Lets programs wait: as in Settings → 1 minute"],
    ["turnOffAfterMinutes", { turnOffAfterMinutes: 60 }, "Turns off after: Never → 1 hour"],
    ["atStart", { atStart: "off" }, "At start: As it was → Leave it off"],
    ["askFirst", { askFirst: true }, "Asks first: no → yes"],
    ["colour", { colour: "red" }, "Colour: none → Red"],
    ["group", { group: "Shop" }, "Group: none → Shop"],
    ["tags", { tags: ["a", "b"] }, "Tags: none → a, b"],
  ];
  for (const [field, change, says] of all) {
    const changed = row({ type: "changed", id: "a", fields: [field] }, { draft: { ...draft, ...change } });
    expect(changesOf(changed, [forward])).toEqual([says]);
  }
  expect(changesOf(row({ type: "new" }), [forward])).toEqual([]);
});
