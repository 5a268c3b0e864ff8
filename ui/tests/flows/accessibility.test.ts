import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { screens } from "../screens";
import { useBrowser } from "./browser";

const open = useBrowser();
/** Screens that are looked at in German too, where words are longer. */
const GERMAN: Record<string, (page: Page) => Promise<unknown>> = {
  firstStart: (page) => page.getByRole("button", { name: "Demo-Cluster ausprobieren" }).waitFor(),
  busy: async (page) => {
    await page.getByText("catalog", { exact: true }).click();
    await page.getByRole("complementary").getByText("Durchsatz").waitFor();
  },
  callers: async (page) => {
    await page.getByText("catalog", { exact: true }).click();
    await page.getByRole("table").first().waitFor();
  },
  settings: (page) => page.getByText("keine Statistik").waitFor(),
  clusters: async (page) => {
    await page.getByRole("navigation").getByRole("button", { name: "Cluster hinzufügen" }).click();
    await page.getByRole("radio", { name: "Serveradresse" }).check({ force: true });
  },
};
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/** The window as large and as small as it usually gets, and with text twice as large. Rules are checked at both ends. */
const SIZES = [
  { width: 1100, height: 720, zoom: 1, rules: true },
  { width: 720, height: 480, zoom: 1, rules: false },
  { width: 1100, height: 720, zoom: 2, rules: false },
  { width: 720, height: 480, zoom: 2, rules: true },
];

interface AxeWindow {
  axe: {
    run(
      options: unknown,
    ): Promise<{ violations: { id: string; nodes: { html: string; any: { message: string }[] }[] }[] }>;
  };
}

async function violations(page: Page): Promise<string[]> {
  return page.evaluate(async (tags) => {
    const { violations } = await (window as unknown as AxeWindow).axe.run({
      runOnly: { type: "tag", values: tags },
      resultTypes: ["violations"],
    });
    return violations.map(
      ({ id, nodes }) =>
        `${id}: ${nodes.map((node) => `${node.html} ${node.any.map((each) => each.message).join()}`).join("\n")}`,
    );
  }, TAGS);
}

/** Colours pass into each other for a moment, however short. */
async function settled(page: Page): Promise<void> {
  await page.evaluate(async () => {
    for (const frame of [1, 2]) await new Promise((next) => requestAnimationFrame(() => next(frame)));
    await Promise.all(
      document
        .getAnimations()
        .filter((animation) => animation instanceof CSSTransition)
        .map(({ finished }) => finished.catch(() => undefined)),
    );
  });
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
  for (const { width, height, zoom, rules } of SIZES) {
    await page.setViewportSize({ width, height });
    await page.evaluate((zoom) => {
      // As the window does it itself.
      for (const property of ["zoom", "--zoom"])
        document.documentElement.style.setProperty(property, zoom === 1 ? "" : String(zoom));
      dispatchEvent(new Event("resize"));
    }, zoom);
    const note = (scheme: string, wrong: string[]) => {
      if (wrong.length > 0) found[`${width} × ${height}, ${100 * zoom} %, ${scheme}`] = wrong;
    };
    await settled(page);
    note("both", await clipped(page));
    for (const colorScheme of rules ? (["light", "dark"] as const) : []) {
      await page.emulateMedia({ colorScheme });
      // The window follows in a task of its own.
      await page.locator(`html[data-theme="${colorScheme}"]`).waitFor({ state: "attached" });
      await settled(page);
      note(colorScheme, await violations(page));
    }
  }
  expect(found).toEqual({});
  await page.context().close();
});

test.each(Object.entries(GERMAN))("in German: %s", async (scenario, go) => {
  const page = await open(scenario, { locale: "de-DE" });
  await go(page);
  for (const { width, height } of SIZES) {
    await page.setViewportSize({ width, height });
    await settled(page);
    expect(await clipped(page)).toEqual([]);
  }
  await page.context().close();
});

test("the gallery of components", async () => {
  const page = await open("gallery", { page: "gallery.html", width: 1400, height: 900 });
  await page.getByRole("heading", { name: "Notes and places" }).waitFor();
  await page.getByRole("button", { name: "Copy localhost:52345" }).first().waitFor();
  await page.evaluate(axe);
  await settled(page);
  expect(await violations(page)).toEqual([]);
});
