import { expect, test } from "vitest";
import type { Profile, ProfileDraft } from "../backend/types";
import { draftOf } from "./draft";
import { optionsOf, optionsSummary, settledOptions, splitTags, withOptions } from "./options";

const plain: Profile = {
  id: "a1",
  name: "shop",
  context: { kind: "demo" },
  namespace: "demo",
  target: { kind: "service", name: "web" },
  bindAddress: "localhost",
  ports: [{ mapping: ":80", lastLocal: null }],
  on: true,
};
const settled: Profile = {
  ...plain,
  group: "Shop",
  tags: ["db", "team blue"],
  colour: "red",
  turnOffAfterMinutes: 480,
  offAtMs: 5,
  atStart: "on",
  askFirst: true,
  holdSeconds: 0,
  pods: { kind: "pinned", name: "web-1" },
};

test("a profile comes back from the form as it was", () => {
  const draft = draftOf(settled);
  expect(withOptions(draft, optionsOf(settled))).toEqual(draft);
  expect(withOptions(draftOf(plain), optionsOf(plain))).toEqual({
    ...draftOf(plain),
    pods: { kind: "best" },
    turnOffAfterMinutes: 0,
    atStart: "asItWas",
    askFirst: false,
    group: "",
    tags: [],
  });
});

test("a colour can be taken away", () => {
  const options = optionsOf(settled);
  options.colour = null;
  expect("colour" in withOptions(draftOf(settled), options)).toBe(false);
});

test("tags are split at commas, each once", () => {
  expect(splitTags(" db, team blue ,, db,")).toEqual(["db", "team blue"]);
  expect(splitTags("")).toEqual([]);
});

test("only what is unusual is summed up", () => {
  expect(optionsSummary(optionsOf())).toBeNull();
  expect(optionsSummary(optionsOf(settled))).toBe(
    "Shop, db, team blue, red, off after 8 hours, on at start, asks first, programs do not wait",
  );
  expect(settledOptions(plain)).toEqual([]);
  expect(settledOptions(settled).map(({ name, value }) => `${name}: ${value}`)).toEqual([
    "Group: Shop",
    "Tags: db, team blue",
    "Colour: red",
    "Pods: web-1",
    "Turns off: after 8 hours",
    "At start: turn it on",
    "Asks first: yes",
    "Lets programs wait: no",
  ]);
});

test("the options of a draft are not shared with what was there before", () => {
  const before: ProfileDraft = draftOf(settled);
  const options = optionsOf(settled);
  options.group = "  Other ";
  options.tags = "one";
  expect(withOptions(before, options)).toMatchObject({ group: "Other", tags: ["one"] });
  expect(before).toMatchObject({ group: "Shop", tags: ["db", "team blue"] });
});
