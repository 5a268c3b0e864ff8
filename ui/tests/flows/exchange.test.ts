import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { focused, type ObservedWindow, useBrowser } from "./browser";

const open = useBrowser();
const row = (page: Page, name: string) =>
  page.getByRole("row").filter({ has: page.getByRole("switch", { name: `Forward ${name}`, exact: true }) });

async function command(page: Page, words: string) {
  await page.getByRole("grid", { name: "Forwards" }).waitFor();
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "Search commands and forwards" }).fill(words);
  await page.keyboard.press("Enter");
}

async function look(page: Page, path: string) {
  const form = page.getByRole("form", { name: "Import forwards" });
  await form.getByRole("textbox", { name: "Path of the file" }).fill(path);
  await page.keyboard.press("Enter");
  return form;
}

const section = (page: Page, name: string) => page.getByRole("region", { name, exact: true });

test("a file is looked into, taken over in parts, and taken back at once", async () => {
  const page = await open("busy");
  await page.getByRole("button", { name: "Import and export" }).click();
  await page.getByRole("menuitem", { name: "Import forwards…" }).click();
  const form = await look(page, "/home/ada/forwards.json");
  await form.getByText("Exported by Culvert").waitFor();
  // What differs is told, old and new.
  await section(page, "Changed").getByText("Ports: :8080, :9102 → 8080").waitFor();
  await section(page, "Changed").getByText("Group: none → Shop").waitFor();
  await section(page, "Cannot be imported").getByText("carries only TCP").waitFor();
  await section(page, "Conflicts").getByText("Port 5432 is also used by orders database.").waitFor();
  expect(await form.getByRole("checkbox", { name: "Import billing" }).count()).toBe(0);
  await form.getByRole("button", { name: "Import 5 forwards" }).waitFor();
  // One is left out, one gets a free port, one comes beside what is there.
  await form.getByRole("checkbox", { name: "Import search" }).uncheck();
  await section(page, "Conflicts").getByRole("radio", { name: "Use a free one" }).check({ force: true });
  await section(page, "Changed").getByRole("radio", { name: "Keep both" }).check({ force: true });
  await form.getByText("4 to add").waitFor();
  await form.getByText("4 forwards left out").waitFor();
  await form.getByRole("button", { name: "Import 4 forwards" }).click();
  await page.getByText("Imported 4 forwards").waitFor();
  await row(page, "storefront").waitFor();
  await row(page, "orders replica").getByText("auto").waitFor();
  expect(await row(page, "catalog").count()).toBe(2);
  expect(await row(page, "search").count()).toBe(0);
  await page.getByRole("button", { name: "Undo" }).click();
  await row(page, "storefront").waitFor({ state: "detached" });
  expect(await row(page, "catalog").count()).toBe(1);
});

test("a cluster that is not here is chosen, and what it is for can be taken then", async () => {
  const page = await open("busy");
  await command(page, "Import forwards");
  const form = await look(page, "/home/ada/kube-forwarder.json");
  await form.getByText("Exported by kube-forwarder").waitFor();
  await form.getByText("The file holds a sign-in for it, which Culvert leaves out.").waitFor();
  await form.getByText("It is added to your clusters, signed out.").waitFor();
  await form.getByRole("checkbox", { name: "Import search" }).uncheck();
  await form.getByRole("combobox", { name: /^Cluster for billing/ }).click();
  await form.getByRole("option", { name: "production" }).click();
  await form.getByText("As you chose.").waitFor();
  await form.getByRole("checkbox", { name: "Import billing" }).waitFor();
  expect(await form.getByRole("checkbox", { name: "Import search" }).isChecked()).toBe(false);
  await form.getByRole("combobox", { name: /^Cluster for billing/ }).click();
  await form.getByRole("option", { name: /once it is here$/ }).click();
  await section(page, "New").getByText("service billing · billing/api-ocp9").waitFor();
  await form.getByRole("button", { name: "Import 5 forwards" }).click();
  await row(page, "billing").waitFor();
});

test("all of a section at once, by the keyboard", async () => {
  const page = await open("busy");
  await command(page, "Import forwards");
  const form = await look(page, "/home/ada/forwards.json");
  const all = form.getByRole("checkbox", { name: "Import all: New" });
  await all.focus();
  await page.keyboard.press("Space");
  expect(await form.getByRole("checkbox", { name: "Import storefront" }).isChecked()).toBe(false);
  await form.getByRole("checkbox", { name: "Import storefront" }).check();
  expect(await all.evaluate((box: HTMLInputElement) => box.indeterminate)).toBe(true);
  await page.keyboard.press("Escape");
  await page.getByRole("grid", { name: "Forwards" }).waitFor();
});

test("what cannot be read says why, and what is here already is no news", async () => {
  const page = await open("busy");
  await command(page, "Import forwards");
  const form = await look(page, "forwards.json");
  await form.getByText("does not say where it is").waitFor();
  await look(page, "/home/ada/broken.json");
  await form.getByText("line 3, column 14").waitFor();
  await look(page, "/home/ada/same.json");
  await form.getByText("Everything in this file is here already.").waitFor();
  expect(await form.getByRole("button", { name: "Import", exact: true }).isDisabled()).toBe(true);
  await form.getByRole("button", { name: "Already here" }).click();
  await form.getByText("shop / service orders-db · staging").waitFor();
  await form.getByRole("button", { name: "Another file" }).click();
  // The keyboard is where one goes on.
  expect(await focused(page).getAttribute("placeholder")).toBe("/home/you/forwards.json");
});

test("the first start offers the import", async () => {
  const page = await open("firstStart");
  await page.getByRole("button", { name: "Import forwards…" }).click();
  const form = await look(page, "/home/ada/kftray.json");
  await form.getByText("Culvert changes no host names").waitFor();
  await form.getByRole("button", { name: /^Import \d+ forwards$/ }).click();
  await row(page, "storefront").waitFor();
});

test("export of all, and of those that are chosen", async () => {
  const page = await open("busy");
  await command(page, "Export forwards");
  const dialog = page.getByRole("dialog", { name: "Export forwards" });
  await dialog.getByText("It holds no sign-in").waitFor();
  await dialog.getByRole("textbox", { name: "File" }).fill("forwards.json");
  await page.keyboard.press("Enter");
  await dialog.getByText("does not say where it is").waitFor();
  await dialog.getByRole("button", { name: "Choose…" }).click();
  await page.getByText("Exported 8 forwards to /home/ada/forwards.json").waitFor();
  await row(page, "catalog").click();
  await row(page, "checkout").click({ modifiers: ["Control"] });
  await page
    .getByRole("toolbar", { name: "Chosen forwards" })
    .getByRole("button", { name: "Export…" })
    .click();
  expect(await dialog.getByRole("radio", { name: "Chosen (2)" }).isChecked()).toBe(true);
  await dialog.getByRole("textbox", { name: "File" }).fill("/tmp/two.json");
  await page.keyboard.press("Enter");
  await page.getByText("Exported 2 forwards to /tmp/two.json").waitFor();
});

test("an export that is dropped on the window is looked into", async () => {
  const page = await open("droppedExport");
  await page.getByRole("heading", { name: "Import forwards" }).waitFor();
  await page.getByText("/home/ada/kube-forwarder.json").waitFor();
  await page.getByRole("button", { name: "Import 5 forwards" }).waitFor();
});

test("a kubeconfig that is dropped on the window waits to be added", async () => {
  const page = await open("droppedKubeconfig");
  const path = page.getByRole("textbox", { name: "Path of the file" });
  await path.waitFor();
  expect(await path.inputValue()).toBe("/home/ada/lab.yaml");
  await page.getByRole("button", { name: "Add file" }).click();
  await page.getByText("/home/ada/lab.yaml", { exact: true }).waitFor();
});

/** Drops a file on the window as the application does. */
async function drop(page: Page, path: string, others = 0): Promise<void> {
  await page.evaluate(
    ([path, others]) => (window as unknown as ObservedWindow).observed.send({ type: "open", path, others }),
    [path, others] as const,
  );
}

test("a dropped file takes nothing away that is being typed", async () => {
  const page = await open("busy");
  await page.getByRole("button", { name: "New forward" }).click();
  await page.getByRole("heading", { name: "New forward" }).waitFor();
  await drop(page, "/home/ada/kube-forwarder.json");
  const offer = page.getByText("You dropped /home/ada/kube-forwarder.json while");
  await offer.waitFor();
  await page.getByRole("heading", { name: "New forward" }).waitFor();
  await page.getByRole("button", { name: "Open it" }).click();
  await page.getByRole("heading", { name: "Import forwards" }).waitFor();
  await page.getByRole("button", { name: "Import 5 forwards" }).waitFor();
});

test("a kubeconfig is dropped on the screen that takes it in", async () => {
  const page = await open("busy");
  await page.getByRole("button", { name: "Add cluster" }).first().click();
  const show = (way: string) => page.getByRole("radio", { name: way }).check({ force: true });
  await show("Server address");
  await page.getByRole("textbox", { name: "Server URL" }).fill("api.lab:6443");
  await drop(page, "/home/ada/lab.yaml", 2);
  await page.getByText("One file is taken in at a time. The others were left out.").waitFor();
  const path = page.getByRole("textbox", { name: "Path of the file" });
  await expect.poll(() => path.inputValue()).toBe("/home/ada/lab.yaml");
  await expect.poll(() => focused(page).inputValue()).toBe("/home/ada/lab.yaml");
  await page.keyboard.press("Enter");
  await expect.poll(() => path.inputValue()).toBe("");
  // What was typed elsewhere is there still, and the file is not named once more.
  await show("Server address");
  expect(await page.getByRole("textbox", { name: "Server URL" }).inputValue()).toBe("api.lab:6443");
  await show("Kubeconfig file");
  expect(await path.inputValue()).toBe("");
  await drop(page, "/home/ada/lab.yaml");
  await expect.poll(() => path.inputValue()).toBe("/home/ada/lab.yaml");
});

test("a file that is there is replaced only by a second click", async () => {
  const page = await open("busy");
  await command(page, "Export forwards");
  const dialog = page.getByRole("dialog", { name: "Export forwards" });
  const file = dialog.getByRole("textbox", { name: "File" });
  await file.fill("/home/ada/there.json");
  await page.keyboard.press("Enter");
  await dialog.getByText("There is a file of that name already.").waitFor();
  await page.keyboard.press("Enter");
  await dialog.getByText("There is a file of that name already.").waitFor();
  await file.fill("/home/ada/there2.json");
  await dialog.getByRole("button", { name: "Export", exact: true }).waitFor();
  await file.fill("/home/ada/there.json");
  await dialog.getByRole("button", { name: "Replace it" }).click();
  await page.getByText("Exported 8 forwards to /home/ada/there.json").waitFor();
});
