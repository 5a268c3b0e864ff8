import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { useBrowser } from "./browser";

const open = useBrowser();
const language = (page: Page) => page.evaluate(() => document.documentElement.lang);

/** The scripts that the page has loaded, by the names of their sources. */
async function loaded(page: Page): Promise<string[]> {
  const files = await page.evaluate(() => performance.getEntriesByType("resource").map(({ name }) => name));
  return files.flatMap((file) => /\/assets\/(en|de)-[^/]+\.js$/.exec(file)?.[1] ?? []);
}

test("a German computer reads German from the first moment, and loads nothing else", async () => {
  const page = await open("busy", { locale: "de-AT" });
  await page.getByRole("button", { name: "Neue Weiterleitung" }).waitFor();
  expect(await language(page)).toBe("de");
  expect(await loaded(page)).toEqual(["de"]);
  await page.context().close();
});

test("an English one loads no German", async () => {
  const page = await open("busy", { locale: "en-US" });
  await page.getByRole("button", { name: "New forward" }).waitFor();
  expect(await language(page)).toBe("en");
  expect(await loaded(page)).toEqual(["en"]);
  await page.context().close();
});

test("another language is spoken as soon as it is chosen, and nothing is lost", async () => {
  const page = await open("settings");
  await page.getByRole("radio", { name: "Deutsch" }).check({ force: true });
  await page.getByRole("heading", { name: "Einstellungen" }).waitFor();
  await expect.poll(() => language(page)).toBe("de");
  await page.getByRole("button", { name: "Zurück" }).click();
  await page.getByRole("button", { name: "Neue Weiterleitung" }).waitFor();
  await page.keyboard.press("Control+,");
  expect(await page.getByRole("radio", { name: "Deutsch" }).isChecked()).toBe(true);
  await page.getByRole("radio", { name: "English" }).check({ force: true });
  await page.getByRole("heading", { name: "Settings" }).waitFor();
  await page.context().close();
});

test("numbers and dates are written as the language does", async () => {
  const page = await open("history", { locale: "de-DE" });
  await page.getByText("catalog", { exact: true }).click();
  const details = page.getByRole("complementary", { name: "Details" });
  await details.getByRole("row", { name: "Spitze 11,4 MB/s 212 KB/s" }).waitFor();
  await details.getByRole("row", { name: "Verbindungen 3 von 1.284 offen" }).waitFor();
  await page.context().close();
});
