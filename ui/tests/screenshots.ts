// `npm run screenshots`: takes the pictures of docs/screenshots, always the same from the same screens.
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { afterAll, beforeAll, expect, test } from "vitest";
import { useBrowser } from "./flows/browser";
import { screens } from "./screens";

const DIRECTORY = fileURLToPath(new URL("../../docs/screenshots", import.meta.url));
/** When it is in the pictures. */
const NOW = new Date("2026-03-05T10:24:00Z");
/** All pictures together, in bytes: who clones the repository gets each version of them. */
const MOST = 6_000_000;

const SIZES = [
  { suffix: "", width: 1100, height: 720 },
  { suffix: "-small", width: 720, height: 480 },
];

const open = useBrowser();
const pictures = Object.values(screens).filter(({ picture }) => picture !== undefined);
let taken = 0;

beforeAll(async () => {
  await mkdir(DIRECTORY, { recursive: true });
  // What has no screen any more has no picture.
  for (const file of await readdir(DIRECTORY)) {
    if (file.endsWith(".png")) await rm(join(DIRECTORY, file));
  }
});

afterAll(() => expect(taken).toBeLessThan(MOST));

test("each picture has a name of its own", () => {
  const names = pictures.map(({ picture }) => picture);
  expect(new Set(names).size).toBe(names.length);
});

test.each(pictures)("$picture", async ({ picture, scenario, go }) => {
  for (const { suffix, width, height } of SIZES) {
    const page = await open(scenario, { width, height, at: NOW });
    await go(page);
    // Nothing is pointed at, and no caret blinks.
    if (picture !== "drag") await page.mouse.move(0, 0);
    for (const scheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme: scheme });
      // The window hears of it a moment later.
      await page.locator(`html[data-theme=${scheme}]`).waitFor();
      const shot = await small(await page.screenshot({ animations: "disabled", caret: "hide" }));
      taken += shot.length;
      await writeFile(join(DIRECTORY, `${picture ?? ""}${suffix}-${scheme}.png`), shot);
    }
    await page.context().close();
  }
});

/** The same picture in fewer bytes: a screen has few colours. */
function small(png: Buffer): Promise<Buffer> {
  return sharp(png)
    .png({ palette: true, colours: 256, dither: 0, effort: 10, compressionLevel: 9 })
    .toBuffer();
}
