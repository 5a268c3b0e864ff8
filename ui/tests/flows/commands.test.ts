import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { focused, type ObservedWindow, useBrowser } from "./browser";

const open = useBrowser();
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

async function ready(scenario = "busy", options = {}): Promise<Page> {
  const page = await open(scenario, options);
  await page.getByRole("row").first().waitFor();
  return page;
}

const palette = (page: Page) => page.getByRole("dialog", { name: "Command palette" });
const atRow = (page: Page) => page.locator('[role="row"]:focus');

async function firstRow(page: Page): Promise<void> {
  await page.keyboard.press("Control+f");
  await page.keyboard.press("ArrowDown");
  await atRow(page).waitFor();
}

test("the palette finds, shows what fits, does it, and gives the keyboard back", async () => {
  const page = await ready();
  await firstRow(page);
  await page.keyboard.press("Control+k");
  const field = page.getByRole("combobox", { name: "Search commands and forwards" });
  await field.waitFor();
  await page.keyboard.type("echo conn");
  const option = page.getByRole("option", { name: /echo: Connect/ });
  await option.waitFor();
  expect(await option.locator("mark").allInnerTexts()).toEqual(["echo", "Conn"]);
  expect(await field.getAttribute("aria-activedescendant")).toBe(await option.getAttribute("id"));
  await page.keyboard.press("Enter");
  await palette(page).waitFor({ state: "detached" });
  await page
    .getByRole("row", { name: /deployment echo/ })
    .locator('[data-state="ready"], [data-state="live"]')
    .waitFor();

  // What was chosen last comes first.
  await page.keyboard.press("Control+k");
  await page.getByRole("option").first().getByText("recent").waitFor();
  await page.keyboard.press("Escape");
  await palette(page).waitFor({ state: "detached" });
  expect(await focused(page).getAttribute("role")).toBe("row");
});

test("arrows go round in the palette, and its key closes it", async () => {
  const page = await ready();
  await page.keyboard.press("Control+k");
  await palette(page).waitFor();
  const chosen = page.locator('[role="option"][aria-selected="true"]');
  expect(await chosen.innerText()).toMatch(/^New forward/);
  await page.keyboard.press("ArrowUp");
  expect(await chosen.innerText()).not.toMatch(/^New forward/);
  await page.keyboard.press("ArrowDown");
  expect(await chosen.innerText()).toMatch(/^New forward/);
  await page.keyboard.press("Control+k");
  await palette(page).waitFor({ state: "detached" });
});

test.each(["palette", "search field"])(
  "a line pasted into the %s opens New forward as it says",
  async (place) => {
    const page = await ready();
    await page.keyboard.press(place === "palette" ? "Control+k" : "Control+f");
    await page.keyboard.insertText("oc port-forward -n shop svc/orders-db 5433:5432");
    await page.getByText("New forward to service orders-db, port 5433:5432").waitFor();
    await page.keyboard.press("Enter");
    await page.getByRole("checkbox", { name: /Forward port 5432/ }).waitFor();
    expect(await page.getByRole("textbox", { name: "Local port for 5432" }).inputValue()).toBe("5433");
    expect(await page.getByRole("textbox", { name: "Other ports" }).inputValue()).toBe("");
    await page.getByRole("button", { name: "Connect", exact: true }).click();
    await page.getByRole("button", { name: "Copy localhost:5433" }).first().waitFor();
  },
);

test("the keys are listed under ?, which can be typed into a field", async () => {
  const page = await ready();
  await page.keyboard.press("Control+f");
  await page.keyboard.type("?");
  expect(await page.getByRole("dialog").count()).toBe(0);
  await page.keyboard.press("Escape");
  await page.keyboard.press("ArrowDown");
  await atRow(page).waitFor();
  await page.keyboard.press("?");
  await page.getByRole("dialog", { name: "Keyboard shortcuts" }).getByText("Choose all rows").waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  expect(await focused(page).getAttribute("role")).toBe("row");
});

test("text grows and shrinks, and stays so", async () => {
  const page = await ready();
  const zoom = () => page.evaluate(() => document.documentElement.style.getPropertyValue("zoom"));
  await page.keyboard.press("Control+=");
  expect(await zoom()).toBe("1.1");
  await page.reload();
  await page.getByRole("row").first().waitFor();
  expect(await zoom()).toBe("1.1");
  await page.keyboard.press("Control+-");
  await page.keyboard.press("Control+-");
  expect(await zoom()).toBe("0.9");
  await page.keyboard.press("Control+0");
  expect(await zoom()).toBe("");
});

test("several rows are chosen by keys and deleted with one Undo for all", async () => {
  const page = await ready();
  const rows = page.getByRole("row");
  const before = await rows.count();
  await firstRow(page);
  await page.keyboard.press("Shift+ArrowDown");
  await page.keyboard.press("Shift+ArrowDown");
  await page.getByText("3 chosen").waitFor();
  expect(await page.locator('[role="row"][aria-selected="true"]').count()).toBe(3);
  await page.keyboard.press("Control+Space");
  await page.getByText("2 chosen").waitFor();
  await page.keyboard.press("Delete");
  await expect.poll(() => rows.count()).toBe(before - 2);
  expect(await focused(page).getAttribute("role")).toBe("row");
  await page.getByText("Deleted 2 forwards").waitFor();
  await page.keyboard.press("Control+z");
  await expect.poll(() => rows.count()).toBe(before);
  await page.keyboard.press("Control+a");
  await page.getByText(`${before} chosen`).waitFor();
  await page.keyboard.press("Escape");
  await page.getByText(`${before} chosen`).waitFor({ state: "detached" });
});

test("several rows are chosen by pointer, grouped and turned off", async () => {
  const page = await ready();
  await page.getByText("catalog", { exact: true }).click();
  await page.getByText("orders database", { exact: true }).click({ modifiers: ["Control"] });
  await page.getByText("2 chosen").waitFor();
  await page.getByRole("combobox", { name: "Group" }).fill("Mine");
  await page.keyboard.press("Enter");
  await page.getByRole("navigation").getByRole("button", { name: /^Mine/ }).waitFor();
  await page.getByRole("toolbar").getByRole("button", { name: "Disconnect" }).click();
  await page
    .getByRole("row", { name: /catalog/ })
    .locator('[data-state="off"]')
    .waitFor();
  await page
    .getByRole("row", { name: /orders database/ })
    .locator('[data-state="off"]')
    .waitFor();
});

test("a row has a menu by pointer and by key", async () => {
  const page = await ready();
  await firstRow(page);
  await page.keyboard.press("Shift+F10");
  const menu = page.getByRole("menu", { name: "What can be done with catalog" });
  await menu.waitFor();
  await page.keyboard.press("End");
  expect(await focused(page).innerText()).toMatch(/^Delete/);
  await page.keyboard.press("Escape");
  await menu.waitFor({ state: "detached" });
  expect(await focused(page).getAttribute("role")).toBe("row");

  await page.getByText("web shop", { exact: true }).click({ button: "right" });
  await page.getByRole("menuitem", { name: "Duplicate" }).click();
  await page.getByRole("row", { name: /web shop copy/ }).waitFor();
});

test("a long list has few rows at a time, which are what they were after scrolling", async () => {
  const page = await ready("many");
  const rows = page.getByRole("row");
  expect(await rows.count()).toBeLessThan(40);
  expect(await page.getByRole("grid").getAttribute("aria-rowcount")).toBe("500");
  await firstRow(page);
  await atRow(page).evaluate((row) => (row.dataset.same = "yes"));
  await page.getByRole("grid").evaluate((grid) => (grid.scrollTop = grid.scrollHeight));
  await page.getByText("service 500", { exact: true }).waitFor();
  expect(await atRow(page).getAttribute("data-same")).toBe("yes");
  await page.keyboard.press("End");
  await page.locator('[role="row"][aria-rowindex="500"]:focus').waitFor();
  await page.keyboard.press("Home");
  await page.locator('[role="row"][aria-rowindex="1"]:focus').waitFor();
});

test("sorting by state puts first what needs the person", async () => {
  const page = await ready();
  await page.getByRole("button", { name: "Sorted by name" }).click();
  await page.getByRole("menuitemradio", { name: "By state" }).click();
  await expect.poll(() => page.getByRole("row").first().innerText()).toMatch(/Needs attention/);
  await page.getByRole("button", { name: "Sorted by state" }).waitFor();
});

const screens: Record<string, (page: Page) => Promise<void>> = {
  palette: async (page) => {
    await page.keyboard.press("Control+k");
    await page.keyboard.type("web");
    await page
      .getByRole("option", { name: /^web shop/ })
      .first()
      .waitFor();
  },
  "palette without a match": async (page) => {
    await page.keyboard.press("Control+k");
    await page.keyboard.type("qqqq");
    await palette(page).getByText("Nothing matches").waitFor();
  },
  sheet: async (page) => {
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
  },
  menu: async (page) => {
    await page.getByText("catalog", { exact: true }).click({ button: "right" });
    await page.getByRole("menu").waitFor();
  },
  "several rows": async (page) => {
    await firstRow(page);
    await page.keyboard.press("Shift+ArrowDown");
    await page.getByRole("toolbar").waitFor();
  },
};

describe.each(["light", "dark"] as const)("in %s", (scheme) => {
  test.each(Object.keys(screens))("%s has no violation and stays inside a small window", async (name) => {
    const page = await ready("busy", { scheme, width: 720, height: 480 });
    await screens[name]?.(page);
    await page.evaluate(axe);
    const found = await page.evaluate(async () => {
      const run = (
        window as unknown as {
          axe: {
            run(options: unknown): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }>;
          };
        }
      ).axe.run;
      const values = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
      const { violations } = await run({ runOnly: { type: "tag", values } });
      return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join("\n")}`);
    });
    expect(found).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(
      0,
    );
  });
});

test("by recent use, what was turned on last comes first, and stays there after it is off again", async () => {
  const page = await open("options");
  await page.getByRole("button", { name: "Sorted by name" }).click();
  await page.getByRole("menuitemradio", { name: "By recent use" }).click();
  const names = page.getByRole("row").locator(".name");
  await page.getByRole("switch", { name: "Forward echo" }).click();
  await expect.poll(() => names.allInnerTexts()).toEqual(["echo", "cache", "catalog", "orders", "reports"]);
  await page.getByRole("switch", { name: "Forward echo" }).click();
  await page
    .getByRole("row", { name: /deployment echo/ })
    .locator('[data-state="off"]')
    .waitFor();
  await page.getByRole("switch", { name: "Forward cache" }).click();
  await page.getByRole("switch", { name: "Forward cache" }).click();
  await expect.poll(() => names.allInnerTexts()).toEqual(["cache", "echo", "catalog", "orders", "reports"]);
});

test("the palette has what clusters, problems and the window offer", async () => {
  const page = await ready("clusters");
  const field = page.getByRole("combobox", { name: "Search commands and forwards" });
  for (const [typed, offer] of [
    ["add cluster", "Add cluster"],
    ["production and colour", /: Production and colour…/],
    ["why", /: Why\?/],
    ["diagnostics", "Copy diagnostics"],
  ] as const) {
    await page.keyboard.press("Control+k");
    await field.fill(typed);
    await page.getByRole("option", { name: offer }).first().waitFor();
    await page.keyboard.press("Escape");
    await palette(page).waitFor({ state: "detached" });
  }
  const busy = await ready();
  await busy.keyboard.press("Control+k");
  await busy.keyboard.type("use a free port");
  await busy.getByRole("option", { name: /: Use a free port/ }).waitFor();
  await busy.keyboard.press("Enter");
  await busy
    .getByRole("row", { name: /grafana/ })
    .getByRole("button", { name: /^Copy localhost:\d+$/ })
    .waitFor();
});

test("a right click on a cluster or a group opens what can be done with it", async () => {
  const page = await ready("options");
  const side = page.getByRole("navigation");
  await side.getByText("Shop", { exact: true }).click({ button: "right" });
  await page.getByRole("menu", { name: /Shop/ }).getByRole("menuitem", { name: "Rename…" }).waitFor();
  await page.keyboard.press("Escape");
  await side.getByText("staging", { exact: true }).click({ button: "right" });
  await page.getByRole("menuitem", { name: "Production and colour…" }).click();
  await page.getByRole("dialog").waitFor();
});

test("a dialog lets the text be made larger, and goes with what it is about", async () => {
  const page = await ready("clusters");
  const zoom = () => page.evaluate(() => document.documentElement.style.getPropertyValue("--zoom"));
  const [first] = await page.evaluate(() => (window as unknown as ObservedWindow).observed.own());
  if (first === undefined) throw new Error("there is no cluster of the person's own");
  await page.keyboard.press("Control+k");
  await page.keyboard.type(`${first.name} edit`);
  await page.getByRole("option", { name: `${first.name}: Edit` }).waitFor();
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox", { name: "Server" }).waitFor();
  await page.keyboard.press("Control++");
  await expect.poll(zoom).toBe("1.1");
  await page.evaluate(
    (id) => (window as unknown as ObservedWindow).observed.execute({ type: "removeCluster", id }),
    first.id,
  );
  await dialog.waitFor({ state: "detached" });
  await page.keyboard.press("Control+k");
  await palette(page).waitFor();
});

test("the tray's errand is done in sight", async () => {
  const page = await ready();
  await page.keyboard.press("Control+k");
  await page.keyboard.type("export forwards");
  await page.keyboard.press("Enter");
  await page.getByRole("dialog", { name: "Export forwards" }).waitFor();
  await page.evaluate(() => (window as unknown as ObservedWindow).observed.send({ type: "settings" }));
  await page.getByRole("dialog", { name: "Export forwards" }).waitFor({ state: "detached" });
  await page.getByRole("heading", { name: "Settings" }).waitFor();
});

test("two clicks on a switch are for the switch, and two on the row open details", async () => {
  const page = await ready();
  const details = page.getByRole("complementary", { name: "Details" });
  await page.getByRole("switch", { name: "Forward echo" }).dblclick();
  await page.getByRole("row", { name: /deployment echo/, selected: true }).waitFor();
  expect(await details.count()).toBe(0);
  await page.getByText("echo", { exact: true }).first().dblclick();
  await details.getByRole("heading", { name: "echo" }).waitFor();
});

test("the keyboard goes back to the row when details close, and on to a neighbour when they delete", async () => {
  const page = await ready();
  await firstRow(page);
  await page.keyboard.press("Enter");
  const details = page.getByRole("complementary", { name: "Details" });
  await details.getByRole("button", { name: "Hide details" }).focus();
  await page.keyboard.press("Escape");
  await page.locator('[role="row"]:focus').waitFor();
  await page.keyboard.press("ArrowDown");
  await expect.poll(() => atRow(page).locator(".name").innerText()).toBe("checkout");
  const next = await page.getByRole("row").nth(2).locator(".name").innerText();
  await page.keyboard.press("Enter");
  await details.getByRole("button", { name: "Delete" }).focus();
  await page.keyboard.press("Enter");
  await page.getByText("Deleted “checkout”").waitFor();
  await expect.poll(() => atRow(page).locator(".name").innerText()).toBe(next);
});

test("the button of a menu opens and closes it, and Escape gives the keyboard back", async () => {
  const page = await ready();
  const button = page.getByRole("button", { name: /^Sorted by/ });
  const menu = page.getByRole("menu");
  await button.click();
  await menu.waitFor();
  expect(await menu.getByRole("menuitemradio", { checked: true }).innerText()).toBe("By name");
  await button.click();
  await menu.waitFor({ state: "detached" });
  await button.click();
  await menu.waitFor();
  await page.keyboard.press("Escape");
  await menu.waitFor({ state: "detached" });
  expect(await button.evaluate((element) => element === document.activeElement)).toBe(true);
});

test("Escape closes what lies over a screen, and not the screen", async () => {
  const page = await ready();
  await page.keyboard.press("Control+,");
  await page.getByRole("button", { name: "Licences" }).click();
  const licences = page.getByRole("dialog", { name: "What Culvert is made of" });
  await licences.waitFor();
  await focused(page).evaluate((element: HTMLElement) => element.blur());
  await page.keyboard.press("Escape");
  await licences.waitFor({ state: "detached" });
  await page.getByRole("heading", { name: "Settings" }).waitFor();
});

test("the name of a new group may be a part of another's", async () => {
  const page = await ready("options");
  await firstRow(page);
  await page.keyboard.press("g");
  const dialog = page.getByRole("dialog", { name: /^Move/ });
  await dialog.getByRole("combobox", { name: "Group" }).fill("Sho");
  await dialog.getByRole("button", { name: "Move" }).click();
  await page.getByRole("navigation").getByText("Sho", { exact: true }).waitFor();
});
