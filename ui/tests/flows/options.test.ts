import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { focused, useBrowser } from "./browser";

const open = useBrowser();

const rowOf = (page: Page, name: string) =>
  page.getByRole("row").filter({ has: page.getByRole("switch", { name: `Forward ${name}` }) });

const stateOf = (page: Page, name: string) =>
  rowOf(page, name).locator("[data-state]").getAttribute("data-state");

async function edit(page: Page, name: string) {
  await rowOf(page, name).getByText(name, { exact: true }).click();
  const details = page.getByRole("complementary", { name: "Details" });
  await details.getByRole("button", { name: "Edit" }).click();
  return details;
}

async function choose(page: Page, field: string, choice: RegExp): Promise<void> {
  await page.getByRole("combobox", { name: field }).click();
  await page.getByRole("option", { name: choice }).click();
}

test("a guarded forward asks at its place, and only Connect turns it on", async () => {
  const page = await open("options");
  const row = rowOf(page, "orders");
  const question = page.getByRole("group", { name: "Connect to production?" });
  await row.getByRole("switch").click();
  await question.getByText("shop / service orders-db · production").waitFor();
  expect(await stateOf(page, "orders")).toBe("off");
  await question.getByRole("button", { name: "Cancel" }).click();
  await question.waitFor({ state: "detached" });
  expect(await stateOf(page, "orders")).toBe("off");

  await row.getByRole("switch").click();
  await question.getByRole("button", { name: "Connect", exact: true }).click();
  await question.waitFor({ state: "detached" });
  await row.locator('[data-state="ready"], [data-state="live"]').waitFor();
  // Off without a question, and what is not guarded on without one.
  await row.getByRole("switch").click();
  await row.locator('[data-state="off"]').waitFor();
  await rowOf(page, "echo").getByRole("switch").click();
  await rowOf(page, "echo").locator('[data-state="ready"]').waitFor();
  expect(await question.count()).toBe(0);
});

test("by keyboard: Space asks and does not answer, Escape takes it back, Connect is a step away", async () => {
  const page = await open("options");
  const row = rowOf(page, "orders");
  const question = page.getByRole("group", { name: "Connect to production?" });
  await page.getByText("orders", { exact: true }).click();
  await page.keyboard.press("Escape");
  await row.focus();
  await page.keyboard.press("Space");
  await question.waitFor();
  expect(await focused(page).innerText()).toBe("Cancel");
  await page.keyboard.press("Escape");
  await question.waitFor({ state: "detached" });
  expect(await focused(page).getAttribute("role")).toBe("row");

  await page.keyboard.press("Space");
  await question.waitFor();
  await page.keyboard.press("Space");
  await question.waitFor({ state: "detached" });
  expect(await stateOf(page, "orders")).toBe("off");

  await page.keyboard.press("Space");
  await question.waitFor();
  await page.keyboard.press("Shift+Tab");
  expect(await focused(page).innerText()).toBe("Connect");
  await page.keyboard.press("Enter");
  await row.locator('[data-state="ready"], [data-state="live"]').waitFor();
  expect(await focused(page).getAttribute("role")).toBe("row");
});

test("what the tray asks about is shown with its question", async () => {
  const page = await open("asked");
  await page.getByRole("group", { name: "Connect to production?" }).waitFor();
  expect(await focused(page).innerText()).toBe("Cancel");
  expect(await rowOf(page, "orders").getAttribute("aria-selected")).toBe("true");
});

test("a forward says why it is off, and when it will turn off", async () => {
  const page = await open("options");
  await rowOf(page, "reports").getByText("after 8 hours, as set").waitFor();
  await rowOf(page, "orders").getByText("asks first").waitFor();
  await page.getByText("reports", { exact: true }).click();
  const details = page.getByRole("complementary", { name: "Details" });
  await details.getByText("Turned off after 8 hours, as set.").waitFor();
  expect(await details.getByRole("button", { name: "Keep on" }).count()).toBe(0);

  await page.getByText("catalog", { exact: true }).click();
  const turnsOff = details.getByText(/^Turns off/).first();
  const before = await turnsOff.innerText();
  await details.getByRole("button", { name: "Keep on" }).click();
  await expect.poll(() => turnsOff.innerText()).not.toBe(before);
  expect(await stateOf(page, "catalog")).toBe("live");
});

test("group, tags and colour are listed and found, and change without a reconnect", async () => {
  const page = await open("options");
  const sidebar = page.getByRole("navigation");
  await sidebar.getByRole("button", { name: /^Shop/ }).click();
  await expect.poll(() => page.getByRole("grid").getByRole("row").count()).toBe(2);
  await sidebar.getByRole("button", { name: /^All/ }).click();
  await page.getByRole("searchbox", { name: "Search forwards" }).fill("team blue");
  await expect.poll(() => page.getByRole("grid").getByRole("row").count()).toBe(2);
  await page.getByRole("button", { name: "Clear search" }).click();
  expect(await rowOf(page, "catalog").getByText("Colour: green").count()).toBe(1);

  const details = await edit(page, "catalog");
  await details.getByText(/^Shop, web, team blue, green/).waitFor();
  await details.getByRole("button", { name: "Options" }).click();
  await page.getByRole("combobox", { name: "Group" }).fill("Team");
  await page.getByRole("textbox", { name: "Tags" }).fill("web,  new one , web");
  await page.getByRole("radio", { name: "Purple" }).check();
  expect(await details.getByText("will reconnect when you save").count()).toBe(0);
  await details.getByRole("button", { name: "Save" }).click();
  await sidebar.getByRole("button", { name: /^Team/ }).click();
  await expect.poll(() => page.getByRole("grid").getByRole("row").count()).toBe(1);
  await rowOf(page, "catalog").getByText("new one").waitFor();
  await rowOf(page, "catalog").getByText("Colour: purple").waitFor({ state: "attached" });
  expect(await stateOf(page, "catalog")).toBe("live");

  // Out of its group again.
  await details.getByRole("button", { name: "Edit" }).click();
  await details.getByRole("button", { name: "Options" }).click();
  await page.getByRole("combobox", { name: "Group" }).fill("");
  await page.keyboard.press("Enter");
  await details.getByRole("button", { name: "Save" }).click();
  await page.getByText("No forward is in “Team” now").waitFor();
  await page.getByRole("button", { name: "Show all forwards" }).click();
  await expect.poll(() => page.getByRole("grid").getByRole("row").count()).toBe(5);
});

test("a new forward gets its options, and belongs to the group that is shown", async () => {
  const page = await open("options");
  await page.getByRole("navigation").getByRole("button", { name: /^Shop/ }).click();
  await page.getByRole("button", { name: "New forward" }).click();
  await page.getByRole("option", { name: /^deployment catalog/ }).click();
  await page.getByRole("button", { name: "Options" }).click();
  expect(await page.getByRole("combobox", { name: "Group" }).inputValue()).toBe("Shop");
  await choose(page, "Group", /^Back office/);
  const turnOff = page.getByRole("combobox", { name: "Turn off after" });
  await turnOff.fill("soon");
  await page.keyboard.press("Tab");
  await page.getByText(/^This is no time/).waitFor();
  await turnOff.fill("90 min");
  await page.keyboard.press("Tab");
  await expect.poll(() => turnOff.inputValue()).toBe("1 hour 30 minutes");
  expect(await page.getByText(/^This is no time/).count()).toBe(0);
  await page.getByRole("checkbox", { name: "Ask before connecting" }).check();
  await page.getByText("Off, since it asks first.").waitFor();
  await choose(page, "When Culvert starts", /^Leave it off/);
  await choose(page, "Let programs wait for", /^2 minutes/);
  await page.getByRole("button", { name: "Connection" }).click();
  await choose(page, "Pods", /^Take turns/);
  await page.getByRole("textbox", { name: "Name", exact: true }).fill("new one");
  // Whoever makes it knows where it leads: no question.
  await page.getByRole("button", { name: "Connect", exact: true }).click();
  const row = rowOf(page, "new one");
  await row.locator('[data-state="ready"], [data-state="live"]').waitFor();
  const details = page.getByRole("complementary", { name: "Details" });
  await expect
    .poll(() => details.locator("section", { hasText: "Asks first" }).innerText())
    .toMatch(
      /Back office[^]*all pods in turns[^]*after 1 hour 30 minutes[^]*leave it off[^]*yes[^]*2 minutes/,
    );
});

test("a pod to stay with is the one that serves, and a pod leaves no choice", async () => {
  const page = await open("options");
  const details = await edit(page, "catalog");
  await choose(page, "Pods", /^Always the same pod/);
  const pod = page.getByRole("textbox", { name: "Name of the pod" });
  expect(await pod.inputValue()).toBe("catalog-7c5ddbdf54-4xk2p");
  await details.getByText("will reconnect when you save").waitFor();
  await choose(page, "Kind of target", /^pod/);
  await pod.waitFor({ state: "detached" });
  expect(await page.getByRole("combobox", { name: "Pods" }).count()).toBe(0);
});

test("an address that others can reach is warned of at the field and in Details", async () => {
  const page = await open("options");
  const warning = page.getByText("Everyone in your network can use this port");
  await page.getByText("cache", { exact: true }).click();
  await warning.waitFor();
  const details = await edit(page, "cache");
  const listenOn = details.getByRole("textbox", { name: "Listen on" });
  await warning.waitFor();
  await listenOn.fill("127.0.0.1");
  await warning.waitFor({ state: "detached" });
  await listenOn.fill("127.0.0.1, 10.0.0.7");
  await warning.waitFor();
});
