import { expect, test } from "vitest";
import type { About } from "../backend/backend";
import { scenarioNamed } from "../backend/scripted/scenario";
import { emptyModel, type Model } from "../state/model";
import { diagnostics } from "./diagnostics";

const about: About = {
  version: "1.2.3",
  parts: [{ name: "Tauri", version: "2.12" }],
  system: "Debian 13, x86_64",
  desktop: "GNOME, wayland",
  logs: "/home/ada/.local/state/culvert/logs",
};
const { forwards, catalog, clusters = [] } = { ...scenarioNamed("clusters") };
const model: Model = { ...emptyModel, loaded: true, forwards, catalog, clusters, secrets: 2 };

test("versions, kinds and counts are told", () => {
  const lines = diagnostics(about, model).split("\n");
  expect(lines.slice(0, 5)).toEqual([
    "Culvert 1.2.3",
    "Tauri 2.12",
    "System: Debian 13, x86_64",
    "Desktop: GNOME, wayland",
    "Logs: ~/.local/state/culvert/logs",
  ]);
  expect(lines.find((line) => line.startsWith("Forwards: "))).toMatch(/^Forwards: \d+: \d+ \w+/);
  expect(lines).toContain("Keyring: unknown, secrets kept: 2");
  expect(diagnostics(about, emptyModel)).toContain("Forwards: none");
});

test("no name of a cluster, a forward, a person or a file is in it", () => {
  const words = diagnostics(about, model);
  const names = [
    ...forwards.flatMap(({ profile, pod }) => [profile.name, profile.target.name, pod ?? profile.name]),
    ...clusters.flatMap(({ name, server, user }) => [name, server, user ?? name]),
    ...catalog.contexts.map(({ name }) => name),
    ...(catalog.files ?? []).map(({ path }) => path),
  ].filter((name) => name.length > 3);
  expect(names.length).toBeGreaterThan(10);
  for (const name of names) expect(words).not.toContain(name);
});
