import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { useBrowser, type WindowOptions } from "./browser";

const open = useBrowser();
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

interface AxeWindow {
  axe: { run(options: unknown): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
}

async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const found = await page.evaluate(async (tags) => {
    const { violations } = await (window as unknown as AxeWindow).axe.run({
      runOnly: { type: "tag", values: tags },
    });
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join("\n")}`);
  }, TAGS);
  return found;
}

/** Nothing sticks out of the window. */
async function overflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
}

const screens: Record<string, (options: WindowOptions) => Promise<Page>> = {
  "first start": async (options) => {
    const page = await open("firstStart", options);
    await page.getByRole("button", { name: "Try the demo cluster" }).waitFor();
    return page;
  },
  "first start with nothing found": async (options) => {
    const page = await open("noKubeconfig", options);
    await page.getByRole("button", { name: "Look again" }).waitFor();
    return page;
  },
  "first start with a broken file": async (options) => {
    const page = await open("brokenKubeconfig", options);
    await page.getByRole("button", { name: "Look again" }).waitFor();
    return page;
  },
  list: async (options) => {
    const page = await open("busy", options);
    await page.getByText("Local port 3000 is taken.").waitFor();
    return page;
  },
  details: async (options) => {
    const page = await open("busy", options);
    await page.getByText("catalog", { exact: true }).click();
    await page.getByRole("complementary").waitFor();
    return page;
  },
  "details with a past": async (options) => {
    const page = await open("history", options);
    await page.getByText("catalog", { exact: true }).click();
    await page.getByRole("button", { name: "Show 4 earlier" }).click();
    await page.getByText("Turned on.").waitFor();
    return page;
  },
  "details with a problem": async (options) => {
    const page = await open("busy", options);
    await page.getByText("grafana", { exact: true }).click();
    await page.getByRole("complementary").getByRole("button", { name: "Copy as command" }).click();
    await page.getByRole("menuitem", { name: /kubectl/ }).waitFor();
    return page;
  },
  edit: async (options) => {
    const page = await open("busy", options);
    await page.getByText("catalog", { exact: true }).click();
    await page.getByRole("complementary").getByRole("button", { name: "Edit" }).click();
    await page.getByRole("textbox", { name: "Listen on" }).waitFor();
    return page;
  },
  "edit with the connection": async (options) => {
    const page = await open("pinned", options);
    await page.getByRole("button", { name: "Edit" }).click();
    await page.getByRole("combobox", { name: "Route" }).click();
    await page.getByRole("option", { name: /^Old node proxy/ }).waitFor();
    return page;
  },
  "edit with what cannot go together": async (options) => {
    const page = await open("pinned", options);
    await page.getByRole("button", { name: "Edit" }).click();
    await page.getByRole("combobox", { name: "Route" }).click();
    await page.getByRole("option", { name: /^Old node proxy/ }).click();
    await page.getByText("Only SPDY goes this way").waitFor();
    return page;
  },
  "details of what is pinned": async (options) => {
    const page = await open("pinned", options);
    await page.getByText("catalog", { exact: true }).click();
    await page.getByRole("complementary").getByText("pinned").first().waitFor();
    return page;
  },
  "new forward with the connection": async (options) => {
    const page = await open("busy", options);
    await page.getByRole("button", { name: "New forward" }).click();
    await page.getByRole("option", { name: /^deployment echo|^deployment catalog/ }).click();
    await page.getByRole("button", { name: "Connection" }).click();
    await page.getByRole("combobox", { name: "Transport" }).click();
    await page.getByRole("option", { name: /^SPDY/ }).waitFor();
    return page;
  },
  "new forward": async (options) => {
    const page = await open("busy", options);
    await page.getByRole("button", { name: "New forward" }).click();
    await page.getByRole("option", { name: /^deployment catalog/ }).click();
    await page.getByRole("textbox", { name: "Local port for 8080" }).fill("70000");
    await page.getByText(/is too large/).waitFor();
    await page.getByRole("combobox", { name: "Namespace" }).click();
    await page.getByRole("option", { name: "monitoring" }).waitFor();
    return page;
  },
  "new forward while it loads": async (options) => {
    const page = await open("hanging", options);
    await page.getByRole("button", { name: "Browse cluster staging" }).click();
    await page.getByText("Loading what runs in this namespace").waitFor({ state: "attached" });
    return page;
  },
  "new forward without an answer": async (options) => {
    const page = await open("unreachable", options);
    await page.getByRole("button", { name: "Browse cluster staging" }).click();
    await page.getByText("The cluster does not answer.").waitFor();
    return page;
  },
  "nothing found, and a message": async (options) => {
    const page = await open("busy", options);
    await page.getByText("catalog", { exact: true }).click();
    await page.getByRole("button", { name: "Delete" }).click();
    await page.getByRole("button", { name: "Undo" }).waitFor();
    await page.getByRole("searchbox").fill("no such thing");
    await page.getByText(/Nothing matches/).waitFor();
    return page;
  },
  "first start with a notice": async (options) => {
    const page = await open("noticeAlone", options);
    await page.getByText("Your saved forwards could not be read").waitFor();
    return page;
  },
  "new forward with a broken file": async (options) => {
    const page = await open("kubeconfigBreaks", options);
    await page.getByRole("button", { name: "New forward" }).click();
    await page.getByText("/home/ada/.kube/openshift, line 14").waitFor();
    return page;
  },
  "a question, marks and groups": async (options) => {
    const page = await open("options", options);
    await page.getByRole("switch", { name: "Forward orders" }).click();
    await page.getByRole("group", { name: "Connect to production?" }).waitFor();
    return page;
  },
  "details with a time limit": async (options) => {
    const page = await open("options", options);
    await page.getByText("catalog", { exact: true }).click();
    await page.getByRole("button", { name: "Keep on" }).waitFor();
    return page;
  },
  "details of what others can reach": async (options) => {
    const page = await open("options", options);
    await page.getByText("cache", { exact: true }).click();
    await page.getByText("Everyone in your network").waitFor();
    return page;
  },
  "edit with the options": async (options) => {
    const page = await open("options", options);
    await page.getByText("orders", { exact: true }).click();
    await page.getByRole("complementary").getByRole("button", { name: "Edit" }).click();
    await page.getByRole("button", { name: "Options" }).click();
    await page.getByRole("combobox", { name: "Turn off after" }).fill("soon");
    await page.keyboard.press("Tab");
    await page.getByText(/^This is no time/).waitFor();
    return page;
  },
  "clusters of every standing, and why": async (options) => {
    const page = await open("clusters", options);
    await page.getByRole("row").getByRole("button", { name: "Why?" }).first().click();
    await page.getByRole("complementary", { name: "Why?" }).getByText("It stops at").waitFor();
    return page;
  },
  "the menu of a cluster": async (options) => {
    const page = await open("clusters", options);
    await page.getByRole("button", { name: "Actions for lab" }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("menuitem", { name: "Remove" }).waitFor();
    return page;
  },
  "add cluster with a certificate to judge": async (options) => {
    const page = await open("clusters", options);
    await page.getByRole("navigation").getByRole("button", { name: "Add cluster" }).click();
    const line = "oc login --token=a --server=https://api.selfsigned.example.com:6443";
    await page.getByRole("textbox", { name: "An oc login line or a kubeconfig" }).fill(line);
    await page.getByRole("main").getByRole("button", { name: "Add cluster" }).click();
    await page.getByRole("button", { name: "Trust this certificate" }).waitFor();
    return page;
  },
  "add cluster by address": async (options) => {
    const page = await open("keyring", options);
    await page.getByRole("navigation").getByRole("button", { name: "Add cluster" }).click();
    await page.getByRole("radio", { name: "Sign in with" }).check({ force: true });
    await page.getByRole("textbox", { name: "Server URL" }).fill("https://api.new.example.com:6443");
    await page.keyboard.press("Tab");
    await page.getByRole("radio", { name: "Certificate" }).check({ force: true });
    return page;
  },
  "add cluster by a file": async (options) => {
    const page = await open("clusters", options);
    await page.getByRole("navigation").getByRole("button", { name: "Add cluster" }).click();
    await page.getByRole("radio", { name: "Kubeconfig file" }).check({ force: true });
    await page.getByRole("button", { name: "Forget all" }).click();
    await page.getByRole("button", { name: "Keep them" }).waitFor();
    return page;
  },
  "signing in again": async (options) => {
    const page = await open("clusters", options);
    await page.getByRole("row").getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("button", { name: "Open the browser" }).click();
    await page.getByRole("button", { name: "Copy the address" }).waitFor();
    return page;
  },
  "a context that leads elsewhere": async (options) => {
    const page = await open("clusters", options);
    await page.getByRole("button", { name: "Compare and decide" }).click();
    await page.getByRole("dialog").waitFor();
    return page;
  },
  "a mark for a cluster": async (options) => {
    const page = await open("clusters", options);
    await page.getByRole("button", { name: "Actions for production" }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("menuitem", { name: "Production and colour…" }).click();
    await page.getByRole("dialog").waitFor();
    return page;
  },
  settings: async (options) => {
    const page = await open("settings", options);
    await page.getByText("no statistics").waitFor();
    return page;
  },
  "settings that cannot be saved": async (options) => {
    const page = await open("settingsStay", options);
    await page.getByRole("radio", { name: "Dark" }).click({ force: true });
    await page.getByText("Your settings cannot be saved.").waitFor();
    await page.getByRole("switch", { name: "Start at login" }).click();
    await page.getByText("Starting at login could not be changed.").waitFor();
    return page;
  },
  licences: async (options) => {
    const page = await open("settings", options);
    await page.getByRole("button", { name: "Licences" }).click();
    // All of them are too many to look at each.
    await page.getByRole("searchbox", { name: "Search libraries and licences" }).fill("tauri");
    return page;
  },
  notice: async (options) => {
    const page = await open("notice", options);
    await page.getByText("Your saved forwards could not be read").waitFor();
    return page;
  },
};

describe.each([
  { scheme: "light", width: 1100, height: 720 },
  { scheme: "dark", width: 1100, height: 720 },
  { scheme: "light", width: 720, height: 480 },
  { scheme: "dark", width: 720, height: 480 },
] as const)("$scheme, $width × $height", (options) => {
  test.each(Object.entries(screens))("%s", async (_, go) => {
    const page = await go(options);
    expect(await violations(page)).toEqual([]);
    expect(await overflow(page)).toBeLessThanOrEqual(0);
    await page.context().close();
  });
});
