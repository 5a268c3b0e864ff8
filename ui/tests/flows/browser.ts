import { access } from "node:fs/promises";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, inject } from "vitest";
import type { Observed } from "../../src/backend/scripted/observed";

const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";

/** What a window is like. */
export interface WindowOptions {
  scheme?: "light" | "dark";
  width?: number;
  height?: number;
  motion?: "no-preference";
  /** Another page than the window. */
  page?: string;
  /** The time that it always is; numbers that move on stand still then. */
  at?: Date;
  /** What the computer is set to. */
  locale?: string;
  /** How long the scripted world takes for everything; 1 is about as long as a real one. */
  pace?: number;
}

/** A browser for the tests of one file. The function it returns opens a fresh window on a scenario. */
export function useBrowser(): (scenario?: string, options?: WindowOptions) => Promise<Page> {
  let browser: Browser;
  beforeAll(async () => {
    await access(CHROMIUM);
    browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
    });
  });
  afterAll(() => browser.close());

  return async (scenario = "firstStart", options = {}) => {
    const context = await browser.newContext({
      viewport: { width: options.width ?? 1100, height: options.height ?? 720 },
      colorScheme: options.scheme ?? "light",
      reducedMotion: options.motion ?? "reduce",
      locale: options.locale ?? "en-GB",
      timezoneId: "Europe/Berlin",
    });
    const page = await context.newPage();
    page.setDefaultTimeout(10_000);
    // As the desktop application does.
    await page.addInitScript(() => Object.freeze(Object.prototype));
    page.on("pageerror", (error) => expect.unreachable(`the page failed: ${error.message}`));
    page.on("console", (message) => {
      if (message.type() === "error") expect.unreachable(`the page complained: ${message.text()}`);
    });
    if (options.at) await page.clock.setFixedTime(options.at);
    const asked = options.at ? "&still" : "";
    const pace = options.pace ?? 0.3;
    await page.goto(`${inject("address")}${options.page ?? ""}?pace=${pace}&scenario=${scenario}${asked}`);
    return page;
  };
}

/** What is only there for tests. */
export type ObservedWindow = Window & { observed: Observed };

/** Where the keyboard is: role and accessible name. */
export function focused(page: Page) {
  return page.locator(":focus");
}
