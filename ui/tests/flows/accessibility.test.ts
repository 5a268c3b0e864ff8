import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { screens } from "../screens";
import { useBrowser } from "./browser";

const open = useBrowser();
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/** The window as large and as small as it gets, and with text twice as large. */
const SIZES = [
  { width: 1100, height: 720, zoom: 1 },
  { width: 720, height: 480, zoom: 1 },
  { width: 1100, height: 720, zoom: 2 },
  { width: 720, height: 480, zoom: 2 },
];

interface AxeWindow {
  axe: { run(options: unknown): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
}

async function violations(page: Page): Promise<string[]> {
  return page.evaluate(async (tags) => {
    const { violations } = await (window as unknown as AxeWindow).axe.run({
      runOnly: { type: "tag", values: tags },
      resultTypes: ["violations"],
    });
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join("\n")}`);
  }, TAGS);
}

/** What sticks out of the window, and controls that are cut off sideways within it. */
async function clipped(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const root = document.documentElement;
    const out =
      root.scrollWidth > window.innerWidth ? [`the window by ${root.scrollWidth - innerWidth}`] : [];
    for (const control of document.querySelectorAll("button, input, textarea, a, [role=option]")) {
      const { left, right, width } = control.getBoundingClientRect();
      // Rows of a bar that scrolls sideways come into view.
      if (
        width === 0 ||
        control.closest("nav, [inert]") !== null ||
        getComputedStyle(control).opacity === "0"
      )
        continue;
      if (left < -1 || right > window.innerWidth + 1) out.push(control.outerHTML.slice(0, 120));
    }
    return out;
  });
}

test.each(Object.entries(screens))("%s", async (_, { scenario, go }) => {
  const page = await open(scenario);
  await go(page);
  await page.evaluate(axe);
  const found: Record<string, string[]> = {};
  for (const { width, height, zoom } of SIZES) {
    await page.setViewportSize({ width, height });
    await page.evaluate((zoom) => {
      // As the window does it itself.
      document.documentElement.style.setProperty("zoom", zoom === 1 ? "" : String(zoom));
      dispatchEvent(new Event("resize"));
    }, zoom);
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      const wrong = [...(await violations(page)), ...(await clipped(page))];
      if (wrong.length > 0) found[`${width} × ${height}, ${100 * zoom} %, ${colorScheme}`] = wrong;
    }
  }
  expect(found).toEqual({});
  await page.context().close();
});
