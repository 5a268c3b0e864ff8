import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { focused, useBrowser } from "./browser";

const open = useBrowser();

async function details(page: Page, name: string) {
  await page.getByRole("row").first().waitFor();
  await page.getByText(name, { exact: true }).click();
  return page.getByRole("complementary", { name: "Details" });
}

/** The rows of connections, without their head. */
function connections(page: Page) {
  return page.getByRole("region", { name: "Open connections" }).getByRole("row", { name: /^:/ });
}

test("a chart shows what moves, and says it in words", async () => {
  const page = await open("busy");
  const panel = await details(page, "catalog");
  const chart = panel.getByRole("img");
  // Drawn by what is loaded only now.
  await chart.locator("canvas").waitFor();
  await expect
    .poll(() => chart.getAttribute("aria-label"))
    .toMatch(
      /^Throughput of the last minute\. Now .+\/s in and .+\/s out\. At most [1-9].* KB\/s in and .+ out\.$/,
    );
  const drawn = await chart.locator("canvas").evaluate((canvas: HTMLCanvasElement) => {
    const { width, height } = canvas;
    const pixels = canvas.getContext("2d")?.getImageData(0, 0, width, height).data ?? [];
    return pixels.some((value, at) => at % 4 === 3 && value > 0);
  });
  expect(drawn).toBe(true);

  // What nothing has gone through says so.
  await page.getByText("orders database", { exact: true }).click();
  await expect.poll(() => chart.getAttribute("aria-label")).toBe("Nothing moved in the last minute.");
  // What is off has no chart.
  await page.getByText("echo", { exact: true }).click();
  await panel.getByText("Turn the forward on, and programs can connect to its ports.").waitFor();
  expect(await chart.count()).toBe(0);
});

test("the chart follows the width of the window", async () => {
  const page = await open("busy");
  const canvas = (await details(page, "catalog")).getByRole("img").locator("canvas");
  await canvas.waitFor();
  const width = () => canvas.evaluate((element) => element.clientWidth);
  const before = await width();
  // There the panel is wider.
  await page.setViewportSize({ width: 720, height: 480 });
  await expect.poll(width).toBe(before + 24);
});

test("connections come and go, the newest first", async () => {
  // Slowly, so that a busy machine sees each of them.
  const page = await open("busy", { pace: 2 });
  await details(page, "catalog");
  await expect.poll(() => connections(page).count()).toBe(3);
  await page.getByRole("heading", { name: "Open connections (4)" }).waitFor();
  const first = connections(page).first();
  expect(await first.innerText()).toMatch(/^:5\d{4}\s+8080\s+.+B\s+.+B\s+\d+ s/);
  await page.getByRole("heading", { name: "Open connections (3)" }).waitFor();
});

test("one connection is closed by its button with the keyboard, which stays in the list", async () => {
  const page = await open("options");
  await details(page, "catalog");
  await expect.poll(() => connections(page).count()).toBe(2);
  const close = page.getByRole("button", { name: "Close the connection from 127.0.0.1:50001" });
  await close.focus();
  await page.keyboard.press("Enter");
  await page.getByText("Closed the connection from 127.0.0.1:50001").waitFor();
  await close.waitFor({ state: "detached" });
  await page.getByRole("button", { name: "Close the connection from 127.0.0.1:50002" }).waitFor();
  await expect
    .poll(() => focused(page).getAttribute("aria-label"))
    .toMatch(/^Close the connection from 127\.0\.0\.1:5\d{4}$/);
});

test("callers that wait for a tunnel are shown as such", async () => {
  const page = await open("busy");
  await details(page, "checkout");
  await expect.poll(() => connections(page).count()).toBe(2);
  await connections(page).first().getByText("waiting").waitFor();
  expect(await connections(page).first().getByRole("rowheader").getAttribute("title")).toBe(
    "127.0.0.1:50012, held until there is a tunnel",
  );
});

test("of a crowd the newest and the oldest are listed, and what is not listed is said", async () => {
  const page = await open("callers");
  await details(page, "catalog");
  await expect.poll(() => connections(page).count()).toBe(8);
  await page.getByText("from 192.168.178.204 to catalog-7c5ddbdf54-9hv7n").waitFor();
  await page.getByRole("button", { name: /^Show 12\d more$/ }).click();
  await page.getByText("200 more, neither the newest nor the oldest, are not listed.").waitFor();
  expect(await connections(page).count()).toBeGreaterThanOrEqual(127);
  // Another forward has its own.
  await page.getByText("orders database", { exact: true }).click();
  await page.getByText("No program is connected now.").waitFor();
  expect(await connections(page).count()).toBe(0);
});

test("a row that is live has a small picture of its traffic, and others have none", async () => {
  const page = await open("busy");
  const row = (name: string) => page.getByRole("row").filter({ hasText: name });
  const picture = (name: string) => row(name).locator('svg[viewBox="0 0 56 18"] path');
  await picture("deployment catalog").waitFor();
  const before = await picture("deployment catalog").getAttribute("d");
  await expect.poll(() => picture("deployment catalog").getAttribute("d")).not.toBe(before);
  expect(await picture("orders database").count()).toBe(0);
});

test("the details say for how long the forward has been on", async () => {
  const page = await open("history");
  const panel = await details(page, "catalog");
  await panel.getByRole("row", { name: "On for 1 d 2 h" }).waitFor();
});

test("what a program cannot do is not offered to be copied as a command", async () => {
  const page = await open("clusters");
  await page.getByText("reports", { exact: true }).click();
  const panel = page.getByRole("complementary", { name: "Details" });
  await panel.getByRole("button", { name: "Duplicate" }).waitFor();
  expect(await panel.getByRole("button", { name: "Copy as command" }).count()).toBe(0);
});

test("the chart is drawn where the computer's language is none", async () => {
  const page = await open("busy");
  // As WebKitGTK in the C locale.
  await page.addInitScript(() =>
    Object.defineProperty(navigator, "language", { value: "C", configurable: true }),
  );
  await page.reload();
  const panel = await details(page, "catalog");
  await panel.getByRole("img").locator("canvas").waitFor();
});

test("only the details scroll, never the page below them", async () => {
  const page = await open("callers", { width: 720, height: 480 });
  const panel = await details(page, "catalog");
  await panel.getByRole("button", { name: /^Show 12\d more$/ }).click();
  await panel
    .getByRole("heading", { name: "What happened" })
    .evaluate((heading) => heading.scrollIntoView({ block: "start" }));
  const { scrolled, longer } = await page.evaluate(() => {
    const { scrollTop, scrollHeight, clientHeight } = document.documentElement;
    return { scrolled: scrollTop, longer: scrollHeight - clientHeight };
  });
  expect(scrolled).toBe(0);
  expect(longer).toBe(0);
});
