import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { useBrowser } from "./browser";

const open = useBrowser();
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Waits until so many rounds of changes have reached the list. */
async function changes(page: Page, rounds: number) {
  await page.evaluate(
    (rounds) =>
      new Promise<void>((resolve) => {
        const list = document.querySelector('[role="listbox"]');
        if (list === null) throw new Error("no list");
        let seen = 0;
        const observer = new MutationObserver(() => {
          seen += 1;
          if (seen < rounds) return;
          observer.disconnect();
          resolve();
        });
        const what = { attributes: true, characterData: true, childList: true, subtree: true };
        observer.observe(list, what);
      }),
    rounds,
  );
}

async function openCrowd() {
  const page = await open("crowded");
  // What is offered while more is on the way, which a slow test would miss.
  await page.evaluate(() => {
    const seen: string[] = [];
    Object.assign(window, { seen });
    const look = () => {
      if (!document.body.textContent.includes(" more on the way")) return;
      for (const option of document.querySelectorAll('[role="option"] .name')) {
        seen.push(option.getAttribute("title") ?? "");
      }
      observer.disconnect();
    };
    const observer = new MutationObserver(look);
    observer.observe(document.body, { characterData: true, childList: true, subtree: true });
  });
  await page.getByRole("button", { name: "Browse cluster staging" }).click();
  return page;
}

test("targets are there before all of them have come, and few of 5,000 are drawn", async () => {
  const page = await openCrowd();
  await page.getByRole("option", { name: /^service catalog/ }).waitFor();
  await page.getByText(/^5,0\d\d targets$/).waitFor();
  expect(await page.evaluate(() => (window as unknown as { seen: string[] }).seen)).toContain("catalog");
  expect(await page.getByRole("option").count()).toBeLessThan(60);
  expect(await page.getByRole("option").first().getAttribute("aria-posinset")).toBe("1");
  expect(Number(await page.getByRole("option").first().getAttribute("aria-setsize"))).toBeGreaterThan(5000);
  await page.evaluate(axe);
  const violations = await page.evaluate(async () => {
    const { axe } = window as unknown as { axe: { run(): Promise<{ violations: { id: string }[] }> } };
    return (await axe.run()).violations.map(({ id }) => id);
  });
  expect(violations).toEqual([]);
});

test("search, keyboard and selection stay while pods come and go", async () => {
  const page = await openCrowd();
  await page.getByText(/^5,0\d\d targets$/).waitFor();
  const search = page.getByRole("searchbox", { name: /^Search services/ });
  await search.fill("crowd-0000");
  await page.getByText(/^10 of 5,0\d\d targets$/).waitFor();
  await search.press("ArrowDown");
  const chosen = page.locator('[role="option"][aria-selected="true"]');
  expect(await chosen.textContent()).toContain("crowd-00000");
  await page.keyboard.press("End");
  expect(await chosen.textContent()).toContain("crowd-00009");
  const list = page.getByRole("listbox", { name: "Targets" });
  const active = await list.getAttribute("aria-activedescendant");
  expect(await page.locator(`[id="${active}"]`).textContent()).toContain("crowd-00009");

  // Without the search it is far below, and still the one.
  await search.fill("");
  await page.getByText(/^5,0\d\d targets$/).waitFor();
  await list.focus();
  await page.keyboard.press("End");
  expect(await chosen.textContent()).toContain("orders-db-0");
  expect(await chosen.isVisible()).toBe(true);
  await page.keyboard.press("PageUp");
  await page.keyboard.press("ArrowUp");
  const name = await chosen.locator(".name").getAttribute("title");
  const box = await chosen.boundingBox();
  // Pods above come and go.
  await changes(page, 15);
  expect(await chosen.locator(".name").getAttribute("title")).toBe(name);
  expect(Math.abs(((await chosen.boundingBox())?.y ?? 0) - (box?.y ?? 0))).toBeLessThan(29);
  expect(await list.evaluate((element) => element === document.activeElement)).toBe(true);
  await page.keyboard.press("Home");
  expect(await chosen.textContent()).toContain("catalog");
});

test("while it is scrolled and typed in, frames are drawn", async () => {
  const page = await openCrowd();
  await page.getByText(/^5,0\d\d targets$/).waitFor();
  const measured = await page.evaluate(async () => {
    const list = document.querySelector<HTMLElement>('[role="listbox"]');
    const search = document.querySelector<HTMLInputElement>('input[type="search"], [role="searchbox"]');
    if (list === null || search === null) throw new Error("no list");
    const frames: number[] = [];
    let last = performance.now();
    for (let frame = 0; frame < 120; frame += 1) {
      list.scrollTop += 400;
      await new Promise(requestAnimationFrame);
      frames.push(performance.now() - last);
      last = performance.now();
    }
    const typing: number[] = [];
    for (const value of ["c", "cr", "cro", "crow", "crowd", "crowd-", "crowd-0", ""]) {
      const begun = performance.now();
      search.value = value;
      search.dispatchEvent(new InputEvent("input", { bubbles: true }));
      await new Promise(requestAnimationFrame);
      typing.push(performance.now() - begun);
    }
    return { frames: frames.sort((a, b) => a - b), typing: typing.sort((a, b) => a - b) };
  });
  const of = (times: number[], part: number) => times[Math.floor((times.length - 1) * part)]?.toFixed(1);
  process.stdout.write(
    `scrolling 5,000 pods that churn: median frame ${of(measured.frames, 0.5)} ms, 95 % ${of(measured.frames, 0.95)} ms, ` +
      `longest ${of(measured.frames, 1)} ms; a key in the search: median ${of(measured.typing, 0.5)} ms, ` +
      `longest ${of(measured.typing, 1)} ms\n`,
  );
  expect(measured.frames).toHaveLength(120);
});

test("a chosen pod that disappears says so, and comes back", async () => {
  const page = await openCrowd();
  await page.getByText(/^5,0\d\d targets$/).waitFor();
  const search = page.getByRole("searchbox", { name: /^Search services/ });
  await search.fill("crowd-");
  await page.getByRole("option", { name: /crowd-00005/ }).click();
  const said = page.getByText(/^The pod crowd-00005 is not there any more/);
  await said.waitFor();
  expect(await page.getByRole("checkbox", { name: "Forward port 8080 (http)" }).isChecked()).toBe(true);
  await said.waitFor({ state: "detached" });
});

test("pods that may not be listed can be named, and so can a namespace", async () => {
  const page = await open("podsForbidden");
  await page.getByRole("button", { name: "Browse cluster staging" }).click();
  await page.getByText("You are not allowed to list pods in the namespace shop.").waitFor();
  await page.getByRole("option", { name: /^service catalog/ }).waitFor();
  await page.getByRole("searchbox", { name: /^Search services/ }).fill("my-own-pod-0");
  await page.getByRole("option", { name: /^pod my-own-pod-0/ }).click();
  await page.getByRole("textbox", { name: "Other ports" }).fill(":8080");
  const namespace = page.getByRole("combobox", { name: "Namespace" });
  await page.getByRole("button", { name: "Save without connecting" }).click();
  await page
    .getByRole("row", { name: /my-own-pod-0/ })
    .locator('[data-state="off"]')
    .waitFor();
  expect(await namespace.count()).toBe(0);
});
