import type { Locator, Page } from "playwright-core";
import { expect, test } from "vitest";
import { focused, useBrowser } from "./browser";

const open = useBrowser();

const names = (page: Page) => page.getByRole("row").locator(".name").allInnerTexts();
const group = (page: Page, name: string) =>
  page.getByRole("navigation").getByRole("listitem").filter({ hasText: name });

async function ownOrder(page: Page): Promise<void> {
  await page.getByRole("button", { name: /^Sorted by/ }).click();
  await page.getByRole("menuitemradio", { name: "By own order" }).click();
  // It gives the keyboard back as it goes.
  await page.getByRole("menu").waitFor({ state: "detached" });
}

async function toFirstRow(page: Page, name: string): Promise<void> {
  await page.getByRole("row").first().waitFor();
  await page.keyboard.press("Control+f");
  await expect.poll(() => focused(page).getAttribute("role")).toBe("searchbox");
  await page.keyboard.press("ArrowDown");
  await expect.poll(() => focused(page).innerText()).toContain(name);
}

async function drag(page: Page, from: Locator, to: Locator, at: { x: number; y: number }): Promise<void> {
  const [start, end] = [await from.boundingBox(), await to.boundingBox()];
  if (start === null || end === null) throw new Error("there is nothing to drag, or nowhere to");
  await page.mouse.move(start.x + 4, start.y + start.height / 2);
  await page.mouse.down();
  await page.mouse.move(end.x + at.x, end.y + at.y, { steps: 6 });
}

test("a row is dragged to another place, and Undo takes it back", async () => {
  const page = await open("options");
  await ownOrder(page);
  const before = ["catalog", "orders", "reports", "cache", "echo"];
  await expect.poll(() => names(page)).toEqual(before);
  const rows = page.getByRole("row");
  await drag(page, rows.nth(0).locator(".name"), rows.nth(3), { x: 200, y: 8 });
  await page.locator('[role="row"].before').waitFor();
  await page.mouse.up();
  await expect.poll(() => names(page)).toEqual(["orders", "reports", "catalog", "cache", "echo"]);
  await page.getByText("Moved “catalog” to place 3 of 5").waitFor();
  // It was no click: the details did not open.
  expect(await page.getByRole("complementary").count()).toBe(0);
  await page.getByRole("button", { name: "Undo" }).click();
  await expect.poll(() => names(page)).toEqual(before);
});

test("Escape ends a drag without a change", async () => {
  const page = await open("options");
  await ownOrder(page);
  const rows = page.getByRole("row");
  await drag(page, rows.nth(0).locator(".name"), rows.nth(3), { x: 200, y: 8 });
  await page.keyboard.press("Escape");
  await page.locator('[role="row"].before').waitFor({ state: "detached" });
  await page.mouse.up();
  expect((await names(page))[0]).toBe("catalog");
  await expect.poll(() => page.locator("[data-announcer]").innerText()).toBe("Nothing was moved.");
});

test("near an edge of the list it scrolls while a row is dragged, and drops it far away", async () => {
  const page = await open("many");
  await ownOrder(page);
  const grid = page.getByRole("grid");
  const box = await grid.boundingBox();
  if (box === null) throw new Error("there is no list");
  const scrolled = () => grid.evaluate(({ scrollTop }) => scrollTop);
  await drag(page, page.getByText("service 1", { exact: true }), grid, { x: 200, y: box.height - 6 });
  await expect.poll(scrolled).toBeGreaterThan(2000);
  // Away from the edge it stays.
  await page.mouse.move(box.x + 200, box.y + box.height / 2);
  const rests = await scrolled();
  await page.evaluate(
    () => new Promise((frame) => requestAnimationFrame(() => requestAnimationFrame(frame))),
  );
  expect(await scrolled()).toBe(rests);
  await page.mouse.move(box.x + 200, box.y + 4);
  await expect.poll(scrolled).toBeLessThan(rests - 200);
  await page.mouse.move(box.x + 200, box.y + box.height / 2);
  await page.mouse.up();
  const place = await page.getByText(/^Moved “service 1” to place \d+ of 500$/).innerText();
  expect(Number(/place (\d+)/.exec(place)?.[1])).toBeGreaterThan(12);
});

test("rows that have no place of their own say so, and offer one", async () => {
  const page = await open("options");
  const rows = page.getByRole("row");
  await drag(page, rows.nth(0).locator(".name"), rows.nth(3), { x: 200, y: 8 });
  await page.mouse.up();
  await page.getByText("The list is sorted by name").waitFor();
  await page.getByRole("button", { name: "Sort by own order" }).click();
  await expect.poll(() => names(page)).toEqual(["catalog", "orders", "reports", "cache", "echo"]);
});

test("a row is dragged onto a group, and chosen ones go along", async () => {
  const page = await open("options");
  await page.getByText("cache", { exact: true }).click();
  await page.getByText("echo", { exact: true }).click({ modifiers: ["Control"] });
  await drag(page, page.getByRole("grid").getByText("echo", { exact: true }), group(page, "Back office"), {
    x: 40,
    y: 12,
  });
  await page.mouse.up();
  await page.getByText("Put 2 forwards into “Back office”").waitFor();
  await group(page, "Back office").getByText("1/3", { exact: true }).waitFor({ state: "attached" });
  await page.getByRole("button", { name: "Undo" }).click();
  await group(page, "Back office").getByText("1", { exact: true }).waitFor({ state: "attached" });
});

test("Alt and arrows move the row that has the keyboard, and one Undo takes all steps back", async () => {
  const page = await open("options");
  await ownOrder(page);
  await toFirstRow(page, "catalog");
  const heard = page.locator(".toasts");
  for (const place of [2, 3, 4]) {
    await page.keyboard.press("Alt+ArrowDown");
    await heard.getByText(`Moved “catalog” to place ${place} of 5`).waitFor();
    await expect.poll(() => focused(page).innerText()).toContain("deployment catalog");
  }
  await page.keyboard.press("Alt+ArrowUp");
  await heard.getByText("to place 3 of 5").waitFor();
  expect(await names(page)).toEqual(["orders", "reports", "catalog", "cache", "echo"]);
  expect(await page.getByRole("button", { name: "Undo" }).count()).toBe(1);
  await page.keyboard.press("Control+z");
  await expect.poll(() => names(page)).toEqual(["catalog", "orders", "reports", "cache", "echo"]);
});

test("a switch keeps the keyboard where its row goes", async () => {
  const page = await open("options");
  await page.getByRole("button", { name: /^Sorted by/ }).click();
  await page.getByRole("menuitemradio", { name: "By state" }).click();
  await expect.poll(async () => (await names(page)).at(0)).toBe("catalog");
  const toggle = page.getByRole("switch", { name: "Forward catalog", exact: true });
  await toggle.focus();
  await page.keyboard.press("Space");
  await expect.poll(async () => (await names(page)).at(0)).not.toBe("catalog");
  await expect.poll(() => focused(page).getAttribute("aria-label")).toBe("Forward catalog");
});

test("in a group, rows move among those that are shown", async () => {
  const page = await open("options");
  await ownOrder(page);
  await group(page, "Shop").getByRole("button").first().click();
  await expect.poll(() => names(page)).toEqual(["catalog", "orders"]);
  await page.getByText("orders", { exact: true }).click();
  await page.getByRole("row", { name: /orders/ }).focus();
  await page.keyboard.press("Alt+ArrowUp");
  await expect.poll(() => names(page)).toEqual(["orders", "catalog"]);
});

test("a new group by the keyboard alone, renamed, connected and dissolved as a whole", async () => {
  const page = await open("options");
  await toFirstRow(page, "cache");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  expect(await focused(page).innerText()).toMatch(/^echo/);
  await page.keyboard.press("g");
  const dialog = page.getByRole("dialog", { name: "Move “echo” to a group" });
  await dialog.waitFor();
  await page.keyboard.type("Tests");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Enter");
  await dialog.waitFor({ state: "detached" });
  await group(page, "Tests").waitFor();
  const menu = page.getByRole("button", { name: "Actions for group Tests" });
  await menu.focus();
  await page.keyboard.press("Enter");
  await page.getByRole("menuitem", { name: "Connect all", exact: true }).click();
  // Its menu has the place of the number while it has the keyboard.
  await group(page, "Tests").getByText("1/1").waitFor({ state: "attached" });
  await menu.focus();
  await page.keyboard.press("Enter");
  await page.getByRole("menuitem", { name: "Rename…" }).click();
  await page.getByRole("textbox", { name: "Group" }).fill("Try-outs");
  await page.keyboard.press("Enter");
  await group(page, "Try-outs").waitFor();
  await page.getByRole("button", { name: "Actions for group Try-outs" }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("menuitem", { name: "Dissolve group" }).click();
  await group(page, "Try-outs").waitFor({ state: "detached" });
});

test("favourites: by the star, by a key, by dragging", async () => {
  const page = await open("options");
  const side = page.getByRole("navigation").getByRole("button", { name: /^Favourites/ });
  await side.click();
  await page.getByText("No favourites yet").waitFor();
  await page.getByRole("button", { name: "Show all forwards" }).click();
  await page.getByRole("button", { name: "Favourite catalog" }).click();
  await page.getByRole("row", { name: /echo/ }).getByText("echo", { exact: true }).click();
  await page.getByRole("row", { name: /deployment echo/ }).focus();
  await page.keyboard.press("s");
  await side.getByText("2", { exact: true }).waitFor();
  await drag(page, page.getByRole("grid").getByText("orders", { exact: true }), side, { x: 40, y: 12 });
  await page.mouse.up();
  await side.getByText("3", { exact: true }).waitFor();
  await side.click();
  await expect.poll(() => names(page)).toEqual(["catalog", "echo", "orders"]);
});

test("what was deleted comes back to its place", async () => {
  const page = await open("options");
  await ownOrder(page);
  await toFirstRow(page, "catalog");
  await page.keyboard.press("Delete");
  await expect.poll(() => names(page)).toEqual(["orders", "reports", "cache", "echo"]);
  await page.keyboard.press("Control+z");
  await expect.poll(() => names(page)).toEqual(["catalog", "orders", "reports", "cache", "echo"]);
});

test("a port is copied in the form that is wanted", async () => {
  const page = await open("busy");
  await page.getByRole("button", { name: "More for localhost:5432" }).click();
  await page.getByRole("menuitem", { name: "Copy DATABASE_URL=postgresql://localhost:5432/" }).click();
  await page
    .locator('html[data-clipboard="DATABASE_URL=postgresql://localhost:5432/"]')
    .waitFor({ state: "attached" });
  await page.getByRole("button", { name: "More for localhost:5432" }).click();
  await page.getByRole("menuitem", { name: "Copy ORDERS_DATABASE_PORT=5432" }).waitFor();
  await page.keyboard.press("Escape");
  expect(await focused(page).getAttribute("aria-label")).toBe("More for localhost:5432");
});

test("namespaces that are in use come first", async () => {
  const page = await open("busy");
  await page.getByRole("button", { name: "New forward" }).click();
  await page.getByRole("option", { name: /^deployment catalog/ }).waitFor();
  await page.getByRole("combobox", { name: "Namespace" }).click();
  const options = page.getByRole("listbox", { name: "Namespace" }).getByRole("option");
  expect(await options.first().innerText()).toMatch(/^monitoring\s+recent$/);
});
