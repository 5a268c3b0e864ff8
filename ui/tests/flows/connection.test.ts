import type { Locator, Page } from "playwright-core";
import { expect, test } from "vitest";
import { focused, useBrowser } from "./browser";

const open = useBrowser();

/** What Details says of something. */
function fact(details: Locator, name: string): Locator {
  return details.locator("dt", { hasText: new RegExp(`^${name}$`) }).locator("+ dd");
}

async function choose(page: Page, field: string, choice: RegExp): Promise<void> {
  await page.getByRole("combobox", { name: field }).click();
  await page.getByRole("option", { name: choice }).click();
}

test("a transport that is settled in Edit is used, and Details says so", async () => {
  const page = await open("busy");
  await page.getByText("orders database", { exact: true }).click();
  const details = page.getByRole("complementary", { name: "Details" });
  await expect.poll(() => fact(details, "Transport").innerText()).toBe("WebSocket tunnel");
  await expect.poll(() => fact(details, "Route").innerText()).toBe("Pod");

  await details.getByRole("button", { name: "Edit" }).click();
  const connection = details.getByRole("button", { name: "Connection" });
  expect(await connection.getAttribute("aria-expanded")).toBe("false");
  await connection.click();
  await page.getByRole("combobox", { name: "Transport" }).click();
  expect((await page.getByRole("option").allInnerTexts()).map((words) => words.split("\n")[0])).toEqual([
    "Automatic",
    "WebSocket tunnel",
    "SPDY",
    "WebSocket channels",
  ]);
  await page.getByRole("option", { name: /^SPDY/ }).click();
  await details.getByText(/^Every Kubernetes version knows it/).waitFor();
  await choose(page, "Route", /^Node proxy/);
  await details.getByText(/needs rights on nodes\/proxy/).waitFor();
  await connection.click();
  await details.getByText("SPDY, Node proxy").waitFor();
  await details.getByRole("button", { name: "Save" }).click();

  await expect.poll(() => fact(details, "Transport").innerText()).toMatch(/^SPDY\s+pinned$/);
  await expect.poll(() => fact(details, "Route").innerText()).toMatch(/^Node proxy\s+pinned$/);

  // What is settled is not lost by an edit of something else, and in sight when it is edited again.
  await details.getByRole("button", { name: "Edit" }).click();
  expect(await page.getByRole("combobox", { name: "Transport" }).inputValue()).toBe("SPDY");
  await details.getByRole("textbox", { name: "Name", exact: true }).fill("orders");
  await details.getByRole("button", { name: "Save" }).click();
  await details.getByRole("heading", { name: "orders" }).waitFor();
  await expect.poll(() => fact(details, "Transport").innerText()).toMatch(/^SPDY\s+pinned$/);
});

test("what is settled shows while the forward is off", async () => {
  const page = await open("pinned");
  await page.getByText("echo", { exact: true }).click();
  const details = page.getByRole("complementary", { name: "Details" });
  await expect.poll(() => fact(details, "Transport").innerText()).toMatch(/^WebSocket channels\s+pinned$/);
  await expect.poll(() => fact(details, "Route").innerText()).toBe("–");
});

test("a new forward can settle its transport, which is folded away", async () => {
  const page = await open();
  await page.getByRole("button", { name: "Try the demo cluster" }).click();
  await page.getByRole("option", { name: /^deployment echo/ }).click();
  expect(await page.getByRole("combobox", { name: "Transport" }).count()).toBe(0);
  await page.getByRole("button", { name: "Connection" }).click();
  await choose(page, "Transport", /^WebSocket channels/);
  await page.getByRole("button", { name: "Connect", exact: true }).click();
  await page.locator('[data-state="ready"], [data-state="live"]').first().waitFor();
  const details = page.getByRole("complementary", { name: "Details" });
  await expect.poll(() => fact(details, "Transport").innerText()).toMatch(/^WebSocket channels\s+pinned$/);
});

test("where no way works, the Edit button leads to what is settled, and Automatic mends it", async () => {
  const page = await open("pinned");
  const row = page.getByRole("row", { name: /reports/ });
  await row.getByText(/does not let port-forwards through/).waitFor();
  await row.getByRole("button", { name: "Edit" }).click();
  const transport = page.getByRole("combobox", { name: "Transport" });
  await expect.poll(() => transport.evaluate((field) => field === document.activeElement)).toBe(true);
  expect(await transport.inputValue()).toBe("WebSocket tunnel");

  // Asked for again while the form is open, it is unfolded and found again.
  const details = page.getByRole("complementary", { name: "Details" });
  await details.getByRole("button", { name: "Connection" }).click();
  expect(await transport.count()).toBe(0);
  await row.getByRole("button", { name: "Edit" }).click();
  await expect.poll(() => transport.evaluate((field) => field === document.activeElement)).toBe(true);

  await choose(page, "Transport", /^Automatic/);
  await details.getByRole("button", { name: "Save" }).click();
  await row.locator('[data-state="ready"], [data-state="live"]').waitFor();
  await expect.poll(() => fact(details, "Transport").innerText()).toBe("SPDY");
});

test("Edit begins with the name where nothing asks for another part", async () => {
  const page = await open("pinned");
  await page.getByText("catalog", { exact: true }).click();
  await page.getByRole("complementary").getByRole("button", { name: "Edit" }).click();
  await page.getByRole("textbox", { name: "Name", exact: true }).waitFor();
  expect(await focused(page).inputValue()).toBe("catalog");
});

test("a route that carries only SPDY says so beside another transport", async () => {
  const page = await open("pinned");
  await page
    .getByRole("row", { name: /reports/ })
    .getByRole("button", { name: "Edit" })
    .click();
  const warning = page.getByText("Only SPDY goes this way");
  expect(await warning.count()).toBe(0);
  await choose(page, "Route", /^Old node proxy/);
  await warning.waitFor();
  await choose(page, "Transport", /^SPDY/);
  await warning.waitFor({ state: "detached" });
});
