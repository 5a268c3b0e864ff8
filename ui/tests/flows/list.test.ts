import { expect, test } from "vitest";
import { useBrowser } from "./browser";

const open = useBrowser();

test("a taken port says what, why and what to do, and its button fixes it", async () => {
  const page = await open("busy");
  const row = page.getByRole("row", { name: /^Forward grafana|grafana/ });
  await row.getByText("Local port 3000 is taken.").waitFor();
  await row.getByText("node (process 41872) listens on 127.0.0.1:3000.").waitFor();
  await row.getByText(/let Culvert use a free port/).waitFor();
  await row.getByRole("button", { name: "Use a free port" }).click();
  await row.locator('[data-state="ready"], [data-state="live"]').waitFor();
  await row.getByRole("button", { name: /^Copy localhost:\d+$/ }).waitFor();
  expect(await row.getByText("is taken").count()).toBe(0);
});

test("a reconnecting forward counts down and retries at once when asked", async () => {
  const page = await open("busy");
  const row = page.getByRole("row", { name: /checkout/ });
  await row.getByText(/^next try in \d+ s$/).waitFor();
  await row.getByText("The pod checkout-5f6b7d9c8-2mlr8 went away.").waitFor();
  const first = await row.getByText(/^next try in/).innerText();
  await expect.poll(() => row.getByText(/^next try in/).innerText()).not.toBe(first);
  await row.getByRole("button", { name: "Retry now" }).click();
  await row.locator('[data-state="ready"], [data-state="live"]').waitFor();
});

test("each port of a forward opens in the browser", async () => {
  const page = await open("busy");
  const row = page.getByRole("row", { name: /deployment catalog/ });
  await row.getByRole("button", { name: "Open localhost:52342 in the browser" }).click();
  await page.locator('html[data-opened="http://localhost:52342"]').waitFor({ state: "attached" });
  await row.getByRole("button", { name: "Open localhost:52341 in the browser" }).click();
  await page.locator('html[data-opened="http://localhost:52341"]').waitFor({ state: "attached" });
});

test("what was deleted comes back with Undo", async () => {
  const page = await open("busy");
  await page
    .getByRole("row", { name: /orders database/ })
    .getByText("orders database")
    .click();
  await page.getByRole("complementary", { name: "Details" }).getByRole("button", { name: "Delete" }).click();
  await page.getByRole("row", { name: /orders database/ }).waitFor({ state: "detached" });
  await page.getByText("Deleted “orders database”").waitFor();
  await page.getByRole("button", { name: "Undo" }).click();
  await page.getByRole("row", { name: /orders database/ }).waitFor();
  expect(await page.getByRole("button", { name: "Undo" }).count()).toBe(0);
});

test("details name pod, transport, addresses and bytes, and copy the command", async () => {
  const page = await open("busy");
  await page.getByText("catalog", { exact: true }).click();
  const details = page.getByRole("complementary", { name: "Details" });
  await details.getByText("catalog-7c5ddbdf54-4xk2p").waitFor();
  await details.getByText("WebSocket tunnel").waitFor();
  await details.getByText("127.0.0.1, ::1").first().waitFor();
  await details.getByText(/^48\.\d MB$/).waitFor();
  await details.getByRole("button", { name: "Copy as command" }).click();
  await page.getByRole("menuitem", { name: /kubectl/ }).click();
  const command = "kubectl port-forward --context staging -n shop deploy/catalog 52341:8080 52342:9102";
  await page.locator(`html[data-clipboard="${command}"]`).waitFor({ state: "attached" });
});

test("a forward is changed in place and duplicated", async () => {
  const page = await open("busy");
  await page.getByText("web shop", { exact: true }).click();
  const details = page.getByRole("complementary", { name: "Details" });
  await details.getByRole("button", { name: "Edit" }).click();
  const ports = details.getByRole("textbox", { name: "Ports" });
  await ports.fill("70000");
  await details.getByRole("button", { name: "Save" }).click();
  await details.getByText(/“70000” is too large/).waitFor();
  await ports.fill("8081:http :8080");
  await details.getByRole("textbox", { name: "Name", exact: true }).fill("shop front");
  await details.getByRole("button", { name: "Save" }).click();
  const row = page.getByRole("row", { name: /shop front/ });
  await row.getByText("localhost:8081 → http").waitFor();
  await details.getByRole("button", { name: "Duplicate" }).click();
  await details.getByRole("textbox", { name: "Name", exact: true }).waitFor();
  await page.getByRole("row", { name: /shop front copy/ }).waitFor();
});

test("search and sections narrow the list", async () => {
  const page = await open("busy");
  const rows = page.getByRole("row");
  await expect.poll(() => rows.count()).toBe(8);
  await page.getByRole("searchbox", { name: "Search forwards" }).fill("stateful prom");
  await expect.poll(() => rows.count()).toBe(1);
  await page.getByRole("button", { name: "Clear search" }).click();
  await page
    .getByRole("navigation")
    .getByRole("button", { name: /^Active/ })
    .click();
  await expect.poll(() => rows.count()).toBe(6);
  await page
    .getByRole("navigation")
    .getByRole("button", { name: /^Demo cluster/ })
    .click();
  await expect.poll(() => rows.count()).toBe(2);
});

test.each(["notice", "noticeAlone"])("%s: what happened to the saved forwards is shown", async (scenario) => {
  const page = await open(scenario);
  await page.getByText("Your saved forwards could not be read").waitFor();
  await page.getByRole("button", { name: "Dismiss" }).click();
  await page.getByText("Your saved forwards could not be read").waitFor({ state: "detached" });
});

test("a notice that was dismissed does not come back with the list", async () => {
  const page = await open("notice");
  await page.getByRole("button", { name: "Dismiss" }).click();
  await page.getByRole("button", { name: "New forward" }).click();
  await page.getByRole("button", { name: "Back" }).click();
  await page.getByRole("row").first().waitFor();
  expect(await page.getByText("Your saved forwards could not be read").count()).toBe(0);
});

test("a failed connection of a forward that works offers no retry", async () => {
  const page = await open("lastFailure");
  await page.getByText("catalog", { exact: true }).click();
  const details = page.getByRole("complementary", { name: "Details" });
  await details.getByText("Nothing listens on port 8080 in the pod.").waitFor();
  expect(await details.getByRole("button", { name: "Retry now" }).count()).toBe(0);
});

test("changes of a forward are said aloud, the same words twice if they come twice", async () => {
  const page = await open("busy");
  const row = page.getByRole("row", { name: /^Forward echo|demo \/ deployment echo/ });
  await row.waitFor();
  const said = await page.locator("[data-announcer]").evaluateHandle((element) => {
    const heard: string[] = [];
    const hear = () => heard.push(element.textContent);
    new MutationObserver(hear).observe(element, { subtree: true, childList: true, characterData: true });
    return heard;
  });
  for (const times of [1, 2]) {
    await row.getByRole("switch").click();
    await row.locator('[data-state="ready"], [data-state="live"]').waitFor();
    await expect
      .poll(async () => (await said.jsonValue()).filter((words) => words === "echo is connected.").length)
      .toBe(times);
    await row.getByRole("switch").click();
    await row.locator('[data-state="off"]').waitFor();
  }
});

test("rows keep their height in every state they pass through", async () => {
  const page = await open("busy");
  const row = page.getByRole("row", { name: /^Forward echo|demo \/ deployment echo/ });
  // Noted inside the page: some states are shorter than the way out of it.
  const heights = await row.evaluateHandle((element) => {
    const seen: Record<string, number[]> = {};
    const note = () => {
      const state = element.querySelector<HTMLElement>("[data-state]")?.dataset.state ?? "none";
      (seen[state] ??= []).push(element.getBoundingClientRect().height);
    };
    note();
    new MutationObserver(note).observe(element, { subtree: true, childList: true, attributes: true });
    return seen;
  });
  await row.getByRole("switch").click();
  await row.locator('[data-state="live"]').waitFor();
  const seen = await heights.jsonValue();
  expect(Object.keys(seen)).toEqual(["off", "connecting", "ready", "live"]);
  expect(new Set(Object.values(seen).flat()).size).toBe(1);
});

test("a forward becomes a favourite by its menu, keeps running, and has a place of its own", async () => {
  const page = await open("busy");
  const navigation = page.getByRole("navigation");
  await page.getByText("catalog", { exact: true }).click({ button: "right" });
  await page.getByRole("menuitem", { name: "Add to favourites" }).click();
  await page.getByRole("button", { name: "Favourite catalog", pressed: true }).waitFor();
  await navigation.getByRole("button", { name: /^Favourites/ }).click();
  await expect.poll(() => page.getByRole("row").count()).toBe(1);
  await page.getByText("3 connections").waitFor();
  await page.getByText("catalog", { exact: true }).click({ button: "right" });
  await page.getByRole("menuitem", { name: "Remove from favourites" }).click();
  await page.getByText("No favourites yet").waitFor();
  await page.context().close();
});
