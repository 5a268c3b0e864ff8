import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const UI = fileURLToPath(new URL("..", import.meta.url));
/** Words of what is for development and tests alone. */
const INNER = ["Components of Culvert", "There is no script for", "scenario=", "Thousands to choose from"];

/** All files that the build of a mode makes, by name. */
async function built(mode: string, to: string): Promise<Record<string, string>> {
  await build({ root: UI, mode, logLevel: "silent", build: { outDir: to, emptyOutDir: true } });
  const names = await readdir(to, { recursive: true, withFileTypes: true });
  const files = names.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(
    await Promise.all(files.map(async (file) => [file, await readFile(file, "utf8")])),
  );
}

describe("what is shipped", () => {
  let directory = "";
  beforeAll(async () => (directory = await mkdtemp(join(tmpdir(), "culvert-bundle-"))));
  afterAll(() => rm(directory, { recursive: true }));

  test.each([
    { mode: "production", inside: [] },
    // The words are those that would be found.
    {
      mode: "scripted",
      inside: ["Components of Culvert", "There is no script for", "Thousands to choose from"],
    },
  ])("of the $mode build: $inside", { timeout: 120_000 }, async ({ mode, inside }) => {
    const files = await built(mode, join(directory, mode));
    const found = INNER.filter((words) => Object.values(files).some((text) => text.includes(words)));
    expect(found).toEqual(expect.arrayContaining(inside));
    if (mode === "production") {
      expect(found).toEqual([]);
      expect(Object.keys(files).filter((name) => name.endsWith(".html"))).toHaveLength(1);
    }
  });
});

test("the gallery shows every component but those that lie over everything or are not to be seen", async () => {
  const inPlace = [
    "Announcer",
    "ContextMenu",
    "Dialog",
    "DragGhost",
    "Notice",
    "Overlay",
    "Toasts",
    "VirtualRows",
  ];
  const components = (await readdir(join(UI, "src/components")))
    .filter((file) => file.endsWith(".svelte"))
    .map((file) => file.replace(".svelte", ""));
  const parts = await readdir(join(UI, "src/gallery"));
  const shown = (
    await Promise.all(parts.map((file) => readFile(join(UI, "src/gallery", file), "utf8")))
  ).join("");
  const missing = components.filter(
    (name) => !inPlace.includes(name) && !shown.includes(`/components/${name}.svelte`),
  );
  expect(missing).toEqual([]);
});
