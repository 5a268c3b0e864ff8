import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { focused, useBrowser } from "./browser";

const open = useBrowser();

const theme = (page: Page) => page.evaluate(() => document.documentElement.dataset.theme);

/** The theme of the page as it is at each moment from its start. */
async function themesSeen(page: Page): Promise<string[]> {
  return page.evaluate(() => (window as unknown as { seen: string[] }).seen);
}

test("the settings are a button, a key and a line of the palette away, and Escape leads back", async () => {
  const page = await open("busy");
  await page.getByRole("navigation").getByRole("button", { name: "Settings" }).click();
  const heading = page.getByRole("heading", { name: "Settings" });
  await heading.waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("searchbox", { name: "Search forwards" }).waitFor();
  await page.keyboard.press("Control+,");
  await heading.waitFor();
  await page.getByRole("button", { name: "Back" }).click();
  await page.keyboard.press("Control+k");
  await page.keyboard.type("settings");
  await page.keyboard.press("Enter");
  await heading.waitFor();
  await page.context().close();
});

test("before there is a forward they are in reach too", async () => {
  const page = await open();
  await page.getByRole("button", { name: "Settings" }).click();
  await page.getByRole("button", { name: "Back" }).click();
  await page.getByRole("button", { name: "Try the demo cluster" }).waitFor();
  await page.context().close();
});

test("the theme follows the system until one is chosen, which is there from the first moment on", async () => {
  const page = await open("settings", { scheme: "dark" });
  expect(await theme(page)).toBe("dark");
  await page.emulateMedia({ colorScheme: "light" });
  await expect.poll(() => theme(page)).toBe("light");
  await page.getByRole("radio", { name: "Dark" }).check({ force: true });
  await expect.poll(() => theme(page)).toBe("dark");
  await page.emulateMedia({ colorScheme: "dark" });
  await page.emulateMedia({ colorScheme: "light" });
  expect(await theme(page)).toBe("dark");

  await page.addInitScript(() => {
    const seen: string[] = [];
    Object.assign(window, { seen });
    new MutationObserver(() => {
      if (document.getElementById("app")?.childElementCount)
        seen.push(document.documentElement.dataset.theme ?? "none");
    }).observe(document, { childList: true, subtree: true });
  });
  await page.reload();
  await page.getByRole("heading", { name: "Settings" }).waitFor();
  // The scripted engine begins anew with the system's.
  expect((await themesSeen(page))[0]).toBe("dark");
  await expect.poll(() => theme(page)).toBe("light");
  await page.context().close();
});

test("the palette changes the theme", async () => {
  const page = await open("busy");
  await page.getByRole("searchbox", { name: "Search forwards" }).waitFor();
  await page.keyboard.press("Control+k");
  await page.keyboard.type("theme dark");
  await page.keyboard.press("Enter");
  await expect.poll(() => theme(page)).toBe("dark");
  await page.context().close();
});

test("where new forwards listen is saved on Enter and on leaving, with what it means", async () => {
  const page = await open("settings");
  const field = page.getByRole("textbox", { name: "Listen on" });
  await field.fill("here");
  await page.keyboard.press("Enter");
  await page.getByText("The local address is not understood.").waitFor();
  expect(await field.getAttribute("aria-invalid")).toBe("true");
  await field.fill("0.0.0.0");
  await page.getByText("Other computers can connect to every new forward.").waitFor();
  await page.keyboard.press("Tab");
  await expect.poll(() => field.getAttribute("aria-invalid")).toBe("false");
  await page.getByRole("button", { name: "Back" }).click();
  await page.keyboard.press("Control+,");
  expect(await field.inputValue()).toBe("0.0.0.0");
  await page.getByRole("button", { name: "Back" }).click();

  await page.getByRole("button", { name: "New forward" }).click();
  await page.getByRole("option", { name: /^deployment catalog/ }).click();
  await page.getByText("Everyone in your network").waitFor();
  await page.getByRole("button", { name: "Connect", exact: true }).click();
  await page.getByRole("complementary").getByText("Everyone in your network").waitFor();
  await page.context().close();
});

test("a forward that says nothing does as is set for all", async () => {
  const page = await open("settings");
  await page.getByRole("combobox", { name: "Without connections, keep the tunnel" }).click();
  await page.getByRole("option", { name: "1 hour" }).click();
  await page.getByRole("combobox", { name: "Hold callers while there is no tunnel" }).click();
  await page.getByRole("option", { name: "2 minutes" }).click();
  await page.getByRole("button", { name: "Back" }).click();
  await page.getByText("catalog", { exact: true }).click();
  await page.getByRole("complementary").getByRole("button", { name: "Edit" }).click();
  await page.getByRole("button", { name: "Connection" }).click();
  const keep = page.getByRole("combobox", { name: "Without connections, keep the tunnel" });
  expect(await keep.inputValue()).toBe("As in Settings (1 hour)");
  await page.getByRole("button", { name: "Options" }).click();
  const hold = page.getByRole("combobox", { name: /Let programs wait/ });
  expect(await hold.inputValue()).toBe("As in Settings (2 minutes)");
  await page.context().close();
});

test("switches and choices are kept, and what closing means is said", async () => {
  const page = await open("settings");
  const login = page.getByRole("switch", { name: "Start at login" });
  await login.click();
  await expect.poll(() => login.getAttribute("aria-checked")).toBe("true");
  await page.getByRole("switch", { name: "Notifications" }).click();
  await page.getByRole("radio", { name: "Quit" }).check({ force: true });
  await page.getByText("Every forward is turned off.").waitFor();
  await page.getByRole("button", { name: "Back" }).click();
  await page.keyboard.press("Control+,");
  expect(await login.getAttribute("aria-checked")).toBe("true");
  expect(await page.getByRole("switch", { name: "Notifications" }).getAttribute("aria-checked")).toBe(
    "false",
  );
  expect(await page.getByRole("radio", { name: "Quit" }).isChecked()).toBe(true);
  await page.context().close();
});

test("what cannot be saved goes back to how it was, and says why beside it", async () => {
  const page = await open("settingsStay");
  await page.getByRole("radio", { name: "Dark" }).click({ force: true });
  await page.getByText("Your settings cannot be saved.").waitFor();
  await expect.poll(() => page.getByRole("radio", { name: "System" }).first().isChecked()).toBe(true);
  expect(await theme(page)).toBe("light");
  const login = page.getByRole("switch", { name: "Start at login" });
  await login.click();
  await page.getByText("Starting at login could not be changed.").waitFor();
  expect(await login.getAttribute("aria-checked")).toBe("false");
  await page.context().close();
});

test("a kubeconfig file is added and removed, which can be undone", async () => {
  const page = await open("settings");
  await page.getByRole("textbox", { name: "Path of the file" }).fill("/home/ada/.kube/third");
  await page.keyboard.press("Enter");
  const remove = page.getByRole("button", { name: /\.kube\/third/ });
  await remove.click();
  await expect.poll(() => remove.count()).toBe(0);
  await page.getByRole("button", { name: "Undo" }).click();
  await remove.waitFor();
  await page.context().close();
});

test("diagnostics can be copied, log files shown, and licences searched", async () => {
  const page = await open("settings");
  const root = (name: string) => page.evaluate((key) => document.documentElement.dataset[key], name);
  await page.getByRole("button", { name: "Copy diagnostics" }).click();
  await page.getByText("It names no cluster and holds no secret.").waitFor();
  expect(await root("clipboard")).toMatch(/^Culvert 0\.1\.0\n/);
  expect(await root("clipboard")).not.toContain("staging");
  await page.getByRole("button", { name: "Show", exact: true }).click();
  await expect.poll(() => root("opened")).toBe("/home/ada/.local/state/culvert/logs");

  await page.getByRole("button", { name: "Licences" }).click();
  const search = page.getByRole("searchbox", { name: "Search libraries and licences" });
  await search.fill("rustls-webpki");
  await page.getByRole("listitem").filter({ hasText: "rustls-webpki" }).first().waitFor();
  await search.fill("no such library");
  await page.getByText("Nothing matches “no such library”").waitFor();
  await page.keyboard.press("Escape");
  expect(await focused(page).textContent()).toContain("Licences");
  await page.context().close();
});
