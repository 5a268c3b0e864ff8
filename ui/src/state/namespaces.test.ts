import { expect, test } from "vitest";
import type { ContextRef, ForwardView } from "../backend/types";
import { namespaceChoices, namespaceKey } from "./namespaces";

const here: ContextRef = { kind: "kubeconfig", name: "here" };
const there: ContextRef = { kind: "kubeconfig", name: "there" };
const to = (context: ContextRef, namespace: string) => ({ profile: { context, namespace } }) as ForwardView;

test("what was used comes first, the latest before all, and only if it is there", () => {
  const recent = [
    namespaceKey(here, "zoo"),
    namespaceKey(there, "a"),
    namespaceKey(here, "gone"),
    namespaceKey(here, "b"),
  ];
  const forwards = [to(here, "d"), to(here, "b"), to(there, "c"), to(here, "no more")];
  const choices = namespaceChoices(["a", "b", "c", "d", "zoo"], here, recent, forwards);
  expect(choices.map(({ value }) => value)).toEqual(["zoo", "b", "d", "a", "c"]);
  expect(choices.map(({ hint }) => hint !== undefined)).toEqual([true, true, true, false, false]);
});
