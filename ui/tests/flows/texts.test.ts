import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import licences from "../../licences.json";
import { BEGIN, END } from "../../src/text/marked";
import { screens } from "../screens";
import { type ObservedWindow, useBrowser } from "./browser";

const open = useBrowser();

/**
 * What comes from no catalogue though it is no data: numbers with their signs and units, dates, keys, the frame of a
 * certificate, fingerprints, and the names of the program and of this computer.
 */
const SAME_EVERYWHERE =
  /^(?:[\d\p{P}\p{S}\s]|\b(?:[KMGT]?B|ms|\d+ [A-Z][a-z]{2}|F\d+|Ctrl|Shift|Alt|BEGIN [A-Z ]+|[\dA-F]{2}|localhost|Culvert)\b)*$/u;
/** What stands between two things that are named in one breath. */
const BETWEEN = /\s*[·,:;\n]\s*|\s(?=\d)|(?<=[.!?])\s/u;
/** What was said once, or is gone with the next key: it stays in the language in which it came. */
const SAID_BEFORE = "[role=menu], .toasts, [data-announcer]";

/** Everything that is seen or read out, part by part. */
function shown(page: Page): Promise<string[]> {
  return page.evaluate((before) => {
    const texts: (string | null)[] = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const parent = node.parentElement;
      if (!parent?.checkVisibility() || parent.closest(`script, style, ${before}`)) continue;
      // What was searched for is marked in the midst of a text.
      const whole =
        parent.closest("mark")?.parentElement ?? (parent.querySelector(":scope > mark") && parent);
      texts.push((whole ?? node).textContent);
    }
    const names = ["aria-label", "aria-description", "aria-valuetext", "title", "placeholder", "alt"];
    for (const element of document.querySelectorAll(names.map((name) => `[${name}]`).join())) {
      if (!element.checkVisibility() || element.closest(before)) continue;
      for (const name of names) texts.push(element.getAttribute(name));
    }
    return texts.filter((text) => text !== null);
  }, SAID_BEFORE);
}

/** What is outside all marks. */
function unmarked(text: string): string {
  let depth = 0;
  let rest = "";
  for (const letter of text) {
    if (letter === BEGIN) depth += 1;
    else if (letter === END) depth -= 1;
    else if (depth === 0) rest += letter;
  }
  return rest.trim();
}

test.each(Object.entries(screens))(
  "%s: says nothing but texts of the catalogue and data",
  async (_, screen) => {
    const page = await open(screen.scenario);
    await screen.go(page);
    await page.evaluate(() => (window as unknown as ObservedWindow).observed.mark());
    await page.getByText(BEGIN).first().waitFor();
    const texts = await shown(page);
    const said = await page.evaluate(() => [...(window as unknown as ObservedWindow).observed.said]);
    said.push(JSON.stringify(licences));
    const isData = (text: string) =>
      text === "" || SAME_EVERYWHERE.test(text) || said.some((data) => data.includes(text));
    const isNamed = (text: string) => isData(text) || text.split(BETWEEN).every(isData);
    const strays = texts.map(unmarked).filter((text) => !isNamed(text));
    expect([...new Set(strays)]).toEqual([]);
    await page.context().close();
  },
);
