import { expect, test } from "vitest";
import { focused, useBrowser } from "./browser";

const open = useBrowser();

test("New forward from the first key to the tunnel without a pointer", async () => {
  const page = await open("busy");
  await page.getByRole("row").first().waitFor();
  await page.keyboard.press("Control+n");
  await page.getByRole("option", { name: /^deployment catalog/ }).waitFor();
  const search = page.getByRole("searchbox", { name: "Search services, deployments and pods" });
  await expect.poll(() => search.evaluate((element) => element === document.activeElement)).toBe(true);

  // Back to the cluster, which is a list to choose from.
  await page.keyboard.press("Shift+Tab");
  await page.keyboard.press("Shift+Tab");
  expect(await focused(page).getAttribute("role")).toBe("combobox");
  await page.keyboard.type("demo");
  await page.keyboard.press("Enter");
  await page.getByRole("option", { name: /^deployment echo/ }).waitFor();

  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await page.keyboard.type("echo");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  const chosen = page.locator('[role="option"][aria-selected="true"]');
  expect(await chosen.innerText()).toMatch(/^deployment\s+echo/);

  await page.keyboard.press("Tab");
  expect(await focused(page).getAttribute("aria-label")).toBe("Forward port 5000 (echo)");
  await page.keyboard.press("Space");
  expect(await page.getByRole("button", { name: "Connect", exact: true }).isDisabled()).toBe(true);
  await page.keyboard.press("Space");
  await page.keyboard.press("Tab");
  await page.keyboard.type("6001");
  await page.keyboard.press("Enter");

  await page.getByRole("button", { name: "Copy localhost:6001" }).first().waitFor();
});

test("arrows move through the list, Space switches, Enter opens details, Escape closes them", async () => {
  const page = await open("busy");
  await page.getByRole("row").first().waitFor();
  await page.keyboard.press("Control+f");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  expect(await focused(page).innerText()).toMatch(/^echo/);
  await page.keyboard.press("Space");
  await page.locator('[role="row"]:focus [data-state="ready"]').waitFor();
  await page.keyboard.press("Enter");
  const details = page.getByRole("complementary", { name: "Details" });
  await details.getByRole("heading", { name: "echo" }).waitFor();
  await page.keyboard.press("Escape");
  await details.waitFor({ state: "detached" });
  // Only the row that has the keyboard lets Tab into its controls.
  await page.keyboard.press("Tab");
  expect(await focused(page).getAttribute("aria-label")).toBe("Forward echo");
  await page.keyboard.press("Tab");
  expect(await focused(page).getAttribute("aria-label")).toBe("Favourite echo");
  await page.keyboard.press("Tab");
  expect(await focused(page).textContent()).toMatch(/^Copy localhost:/);
});

test("Delete removes, and Control+Z brings back", async () => {
  const page = await open("busy");
  await page.getByRole("row").first().waitFor();
  await page.keyboard.press("Control+f");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Delete");
  await page.getByText("Deleted “catalog”").waitFor();
  expect(await focused(page).getAttribute("role")).toBe("row");
  await page.keyboard.press("Control+z");
  await page.getByRole("row", { name: /deployment catalog/ }).waitFor();
});

test("Escape leaves New forward, but closes an open list first", async () => {
  const page = await open("busy");
  await page.getByRole("row").first().waitFor();
  await page.keyboard.press("Control+n");
  await page.getByRole("option", { name: /^deployment catalog/ }).waitFor();
  await page.getByRole("combobox", { name: "Namespace" }).click();
  await page.getByRole("option", { name: "monitoring" }).waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("option", { name: "monitoring" }).waitFor({ state: "detached" });
  expect(await page.getByRole("heading", { name: "New forward" }).isVisible()).toBe(true);
  await page.keyboard.press("Escape");
  await page.getByRole("row").first().waitFor();
});

test("Escape closes what is asked, and nothing below it, wherever the keyboard is", async () => {
  const page = await open("busy");
  await page.getByText("catalog", { exact: true }).click();
  const details = page.getByRole("complementary", { name: "Details" });
  await details.waitFor();
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "Search commands and forwards" }).fill("Export forwards");
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: "Export forwards" });
  await dialog.waitFor();
  // What had the keyboard may be gone.
  await focused(page).evaluate((element: HTMLElement) => element.blur());
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  expect(await details.isVisible()).toBe(true);
});

test("Tab takes the namespace that is marked, and leaving takes no half of a name", async () => {
  const page = await open("busy");
  await page.getByRole("row").first().waitFor();
  await page.keyboard.press("Control+n");
  const namespace = page.getByRole("combobox", { name: "Namespace" });
  await expect.poll(() => namespace.inputValue()).not.toBe("");
  const before = await namespace.inputValue();
  await namespace.fill("moni");
  await page.getByRole("option", { name: "monitoring" }).waitFor();
  await page.getByRole("heading", { name: "New forward" }).click();
  await expect.poll(() => namespace.inputValue()).toBe(before);
  await namespace.fill("moni");
  await page.getByRole("option", { name: "monitoring" }).waitFor();
  await page.keyboard.press("Tab");
  await expect.poll(() => namespace.inputValue()).toBe("monitoring");
  await namespace.fill("somewhere-new");
  await page.getByRole("heading", { name: "New forward" }).click();
  await expect.poll(() => namespace.inputValue()).toBe("somewhere-new");
});
