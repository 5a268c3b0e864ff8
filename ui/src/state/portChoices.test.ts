import { expect, test } from "vitest";
import type { TargetSummary } from "../backend/types";
import { choicesOf, takenUp } from "./portChoices";

const catalog: TargetSummary = {
  target: { kind: "deployment", name: "catalog" },
  ready: 1,
  wanted: 1,
  ports: [
    { number: 8080, name: "http" },
    { number: 9102, name: null },
  ] as TargetSummary["ports"],
  obstacle: null,
};

test("all ports of what is chosen are ticked", () => {
  expect(choicesOf(catalog).map(({ number, ticked, local }) => [number, ticked, local])).toEqual([
    [8080, true, ""],
    [9102, true, ""],
  ]);
});

test.each([
  { other: ":8080", ticked: [8080], locals: ["", ""], left: "" },
  { other: "6000:http", ticked: [8080], locals: ["6000", ""], left: "" },
  { other: "6000:9102 :5000", ticked: [9102], locals: ["", "6000"], left: ":5000" },
  { other: "1:8080 2:8080", ticked: [8080], locals: ["1", ""], left: "2:8080" },
])("of “$other” the ports take $ticked and “$left” stays", ({ other, ticked, locals, left }) => {
  const found = takenUp(catalog, other);
  expect(found.ports.filter((port) => port.ticked).map(({ number }) => number)).toEqual(ticked);
  expect(found.ports.map(({ local }) => local)).toEqual(locals);
  expect(found.other).toBe(left);
});
