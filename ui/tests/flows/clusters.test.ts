import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { focused, useBrowser } from "./browser";

const open = useBrowser();
const row = (page: Page, name: string) =>
  page.getByRole("row").filter({ has: page.getByRole("switch", { name: `Forward ${name}`, exact: true }) });
const clipboard = (page: Page) => page.evaluate(() => document.documentElement.dataset.clipboard);

async function addCluster(page: Page) {
  await page.getByRole("button", { name: "Add cluster" }).first().click();
  await page.getByRole("heading", { name: "Add cluster" }).waitFor();
  return page.getByRole("form", { name: "Add cluster" });
}

async function act(page: Page, cluster: string, item: string) {
  await page.getByRole("button", { name: `Actions for ${cluster}` }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("menuitem", { name: item, exact: true }).click();
}

test("a pasted oc login line: what was read, the certificate, the cluster in New forward, and no secret left", async () => {
  const page = await open("noKubeconfig");
  const form = await addCluster(page);
  const line = "oc login --token=sha256~planted --server=https://api.selfsigned.example.com:6443";
  await form.getByRole("textbox", { name: "An oc login line or a kubeconfig" }).fill(line);
  await form.getByText("Token, in the pasted text").waitFor();
  expect(await form.getByRole("textbox", { name: "Name" }).inputValue()).toBe("selfsigned.example.com");
  await form.getByRole("button", { name: "Add cluster" }).click();
  const question = form.getByRole("region", { name: "Is this your cluster?" });
  await question.getByText("9F:86:D0:81:88:4C:7D:65").waitFor();
  await question.getByRole("button", { name: "Trust this certificate" }).click();
  await page.getByRole("heading", { name: "New forward" }).waitFor();
  await page.getByText("Added “selfsigned.example.com”").waitFor();
  expect(await page.getByRole("combobox", { name: "Cluster" }).inputValue()).toBe("selfsigned.example.com");
  expect(await page.content()).not.toContain("sha256~planted");
});

test("the certificate of a pasted kubeconfig is asked about like that of a pasted line", async () => {
  const page = await open("noKubeconfig");
  const form = await addCluster(page);
  const pasted =
    "apiVersion: v1\nclusters:\n- cluster:\n    server: https://api.selfsigned.example.com:6443\n";
  await form.getByRole("textbox", { name: "An oc login line or a kubeconfig" }).fill(pasted);
  await form.getByRole("radio", { name: /dev/ }).waitFor();
  await form.getByRole("button", { name: "Add cluster" }).click();
  const question = form.getByRole("region", { name: "Is this your cluster?" });
  await question.getByText("9F:86:D0:81:88:4C:7D:65").waitFor();
  await question.getByRole("button", { name: "Trust this certificate" }).click();
  await page.getByRole("heading", { name: "New forward" }).waitFor();
  await page.getByText("Added “dev”").waitFor();
});

test("where a list needs a sign-in it is offered, and the list comes by itself", async () => {
  const page = await open("clusters");
  await page.getByRole("button", { name: "New forward" }).first().click();
  await page.getByRole("combobox", { name: "Cluster" }).click();
  await page.getByRole("option", { name: /^payments/ }).click();
  const failed = page.getByRole("alert").filter({ hasText: "sign-in" });
  await failed.getByRole("button", { name: "Sign in" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("radio", { name: "Token" }).check({ force: true });
  await dialog.getByLabel("Token", { exact: true }).last().fill("sha256~new");
  await page.keyboard.press("Enter");
  await dialog.waitFor({ state: "detached" });
  await failed.waitFor({ state: "detached" });
  await page.getByText("Nothing runs in “payments”").waitFor();
});

test("whose word counts for a cluster's certificate can be changed", async () => {
  const page = await open("clusters");
  await act(page, "lab", "Edit");
  const dialog = page.getByRole("dialog");
  await dialog.getByText("Trusted by the authorities of this computer").waitFor();
  await dialog.getByRole("button", { name: "Change how the certificate is trusted" }).click();
  const question = dialog.getByRole("region", { name: "Who vouches for this server?" });
  await question.getByRole("button", { name: "Trust this certificate" }).click();
  await dialog.getByText("Only this one is trusted: 9F:86:D0:81").waitFor();
  await dialog.getByRole("button", { name: "Save" }).click();
  await dialog.waitFor({ state: "detached" });
  await act(page, "lab", "Edit");
  await page.getByRole("dialog").getByText("Only this one is trusted: 9F:86:D0:81").waitFor();
});

test("a cluster that does not answer now can be described anew all the same", async () => {
  const page = await open("clusters");
  await act(page, "lab", "Edit");
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox", { name: "Server", exact: true }).fill("https://nowhere.example.com");
  await dialog.getByRole("button", { name: "Change how the certificate is trusted" }).click();
  const question = dialog.getByRole("region", { name: "Who vouches for this server?" });
  await question.getByText("The server does not answer now").waitFor();
  expect(await question.getByRole("button", { name: "Trust this certificate" }).count()).toBe(0);
  await question.getByRole("button", { name: "Paste a CA" }).click();
  await question.getByRole("textbox", { name: "CA certificate (PEM)" }).fill("-----BEGIN CERTIFICATE-----");
  await question.getByRole("button", { name: "Use this CA" }).click();
  await dialog.getByText("Trusted by the authority that you pasted").waitFor();
  await dialog.getByRole("button", { name: "Save", exact: true }).click();
  await dialog.getByText("The server does not answer.").waitFor();
  await dialog.getByRole("button", { name: "Save unchecked" }).click();
  await dialog.waitFor({ state: "detached" });
  await act(page, "lab", "Edit");
  await page.getByRole("dialog").getByText("Trusted by the authority that you pasted").waitFor();
});

test("what is missing in a pasted line is asked for, and what is none is said to be none", async () => {
  const page = await open("clusters");
  const form = await addCluster(page);
  const paste = form.getByRole("textbox", { name: "An oc login line or a kubeconfig" });
  const add = form.getByRole("button", { name: "Add cluster" });
  await paste.fill("hello");
  await form.getByText("This is neither an oc login line nor a kubeconfig.").waitFor();
  expect(await add.isDisabled()).toBe(true);
  await paste.fill("oc login -u ada https://api.new.example.com:6443");
  await form.getByLabel("Password", { exact: true }).fill("wrong");
  await add.click();
  await form.getByText("The server does not accept this sign-in.").waitFor();
  await form.getByLabel("Password", { exact: true }).fill("right");
  await add.click();
  await page.getByRole("heading", { name: "New forward" }).waitFor();
});

test("by address: methods as the server offers them, a hidden secret, and a browser that is waited for", async () => {
  const page = await open("clusters");
  const form = await addCluster(page);
  await form.getByRole("radio", { name: "Server address" }).check({ force: true });
  await form.getByRole("textbox", { name: "Server URL" }).fill("https://api.plain.example.com:6443");
  await page.keyboard.press("Tab");
  await form.getByText("A Kubernetes server answers.").waitFor();
  const token = form.getByLabel("Token", { exact: true }).last();
  expect(await token.getAttribute("type")).toBe("password");
  await form.getByRole("button", { name: "Show token" }).click();
  expect(await token.getAttribute("type")).toBe("text");
  await form.getByRole("textbox", { name: "Server URL" }).fill("https://api.new.example.com:6443");
  await page.keyboard.press("Tab");
  await form.getByText("OpenShift answers.").waitFor();
  expect(await form.getByRole("radio", { name: "Browser" }).isChecked()).toBe(true);
  await form.getByRole("button", { name: "Add cluster" }).click();
  await form.getByText("Waiting for the browser…").waitFor();
  await form.getByRole("button", { name: "Stop waiting" }).click();
  await form.getByText("Waiting for the browser…").waitFor({ state: "detached" });
  expect(await form.getByRole("button", { name: "Add cluster" }).isEnabled()).toBe(true);
});

test("a locked keyring: for this session only, or once more", async () => {
  const page = await open("keyring");
  const form = await addCluster(page);
  const line = "oc login --token=sha256~a --server=https://api.new.example.com:6443";
  await form.getByRole("textbox", { name: "An oc login line or a kubeconfig" }).fill(line);
  await form.getByRole("button", { name: "Add cluster" }).click();
  await form.getByRole("button", { name: "Keep for this session only" }).click();
  await page.getByRole("heading", { name: "New forward" }).waitFor();
  await page.keyboard.press("Escape");
  await addCluster(page);
  await page.getByText("1 in memory until Culvert ends").waitFor();
});

test("kubeconfig files come and go, a broken one says why, and secrets are forgotten after a question", async () => {
  const page = await open("clusters");
  const form = await addCluster(page);
  await form.getByRole("radio", { name: "Kubeconfig file" }).check({ force: true });
  await form.getByRole("textbox", { name: "Path of the file" }).fill("/home/ada/broken");
  await page.keyboard.press("Enter");
  await form.getByText("Line 3: a mapping was expected.").waitFor();
  await form.getByRole("button", { name: "Choose…" }).click();
  await form.getByRole("button", { name: "Stop reading /home/ada/.kube/other" }).click();
  await form.getByText("added by you").waitFor({ state: "detached" });
  await form.getByRole("button", { name: "Forget all" }).click();
  expect(await focused(page).innerText()).toBe("Keep them");
  await form.getByRole("button", { name: "Forget all sign-ins" }).click();
  await form.getByText("Culvert keeps no sign-in.").waitFor();
});

test("signing in again from a forward: the browser's address, and the forward goes on", async () => {
  const page = await open("clusters");
  await row(page, "payments api").getByRole("button", { name: "Sign in" }).click();
  const dialog = page.getByRole("dialog", { name: /^Sign in to payments/ });
  await dialog.getByText("Your local ports stay open meanwhile").waitFor();
  await dialog.getByRole("button", { name: "Open the browser" }).click();
  await dialog.getByRole("button", { name: "Copy the address" }).click();
  expect(await clipboard(page)).toContain("oauth.ocp4.example.com");
  // Closing the dialog ends the waiting; the forward still says what it needs.
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  await row(page, "payments api").getByRole("button", { name: "Sign in" }).click();
  await dialog.getByRole("button", { name: "Open the browser" }).click();
  await dialog.getByRole("button", { name: "Stop waiting" }).click();
  await dialog.getByRole("radio", { name: "Token" }).check({ force: true });
  await dialog.getByLabel("Token", { exact: true }).last().fill("sha256~new");
  await page.keyboard.press("Enter");
  await dialog.waitFor({ state: "detached" });
  await row(page, "payments api").locator('[data-state="ready"], [data-state="live"]').waitFor();
});

test("a certificate is trusted from the forward that met it", async () => {
  const page = await open("clusters");
  await row(page, "reports").getByRole("button", { name: "Look at the certificate" }).click();
  const dialog = page.getByRole("dialog", { name: "The certificate of lab" });
  await dialog.getByRole("button", { name: "Trust this certificate" }).click();
  await dialog.waitFor({ state: "detached" });
  await row(page, "reports").locator('[data-state="ready"], [data-state="live"]').waitFor();
});

test("a context that leads elsewhere: both are named, and leaving off turns the forward off", async () => {
  const page = await open("clusters");
  await row(page, "ledger").getByRole("button", { name: "Compare and decide" }).click();
  const dialog = page.getByRole("dialog", { name: "This context now leads elsewhere" });
  await dialog.getByText("https://api.old-production.example.com:6443").waitFor();
  await dialog.getByText("https://api.production.example.com:6443").waitFor();
  await dialog.getByText("AB:AB:AB:AB").waitFor();
  await dialog.getByText("CD:CD:CD:CD").waitFor();
  await dialog.getByRole("button", { name: "Leave off" }).click();
  await row(page, "ledger").locator('[data-state="off"]').waitFor();
});

test("Why? shows each rung, the broken one with its remedy, and a report to copy", async () => {
  const page = await open("clusters");
  await row(page, "payments api").getByRole("button", { name: "Why?" }).click();
  const panel = page.getByRole("complementary", { name: "Why?" });
  await panel.getByText("It stops at: sign-in.").waitFor();
  const outcomes = await panel
    .locator("[data-outcome]")
    .evaluateAll((rungs) => rungs.map((rung) => rung.getAttribute("data-outcome")));
  expect(outcomes).toEqual([
    ...Array<string>(5).fill("passed"),
    "failed",
    ...Array<string>(5).fill("skipped"),
  ]);
  await panel.getByRole("button", { name: "Copy report" }).click();
  await page.getByText("Report copied.").waitFor();
  expect(await clipboard(page)).toContain("signIn: failed");
  await page.keyboard.press("Escape");
  await panel.waitFor({ state: "detached" });
  await act(page, "kind-local", "Why?");
  await panel.getByText("It stops at: connection.").waitFor();
});

test("production is marked by a word and a colour, and asks", async () => {
  const page = await open("clusters");
  await row(page, "stock").getByRole("switch").click();
  await page.getByRole("group", { name: "production is a production cluster. Connect?" }).waitFor();
  await page.keyboard.press("Escape");
  expect(await row(page, "catalog").getByText("Production", { exact: true }).count()).toBe(0);
  await act(page, "staging", "Production and colour…");
  await page.getByRole("checkbox", { name: "This is a production cluster" }).check();
  await page.getByRole("button", { name: "Save" }).click();
  await row(page, "catalog").getByText("Production", { exact: true }).waitFor();
});

test("a cluster is edited, signed out of, removed, and brought back", async () => {
  const page = await open("clusters");
  const side = page.getByRole("navigation");
  await act(page, "lab", "Edit");
  await page.getByRole("dialog").getByRole("textbox", { name: "Name", exact: true }).fill("laboratory");
  await page.keyboard.press("Enter");
  await act(page, "laboratory", "Sign out");
  await side.getByRole("button", { name: "Sign in to laboratory" }).waitFor();
  await act(page, "laboratory", "Remove");
  await side.getByRole("button", { name: /^Removed cluster/ }).waitFor();
  await page.getByRole("button", { name: "Undo" }).click();
  await side.getByRole("button", { name: "Actions for laboratory" }).waitFor();
});

test("a sign-in server with a certificate of its own is asked about too, where it matters", async () => {
  const page = await open("clusters");
  const form = await addCluster(page);
  await form.getByRole("radio", { name: "Server address" }).check({ force: true });
  await form.getByRole("textbox", { name: "Server URL" }).fill("https://api.crc.testing:6443");
  await page.keyboard.press("Tab");
  await form.getByRole("region", { name: "Is this your cluster?" }).waitFor();
  await form.getByRole("button", { name: "Trust this certificate" }).click();
  await form.getByText("OpenShift answers.").waitFor();
  const question = form.getByRole("region", { name: "Is this your cluster’s sign-in page?" });
  expect(await question.count()).toBe(0);
  await form.getByRole("radio", { name: "Name and password" }).check({ force: true });
  await form.getByRole("textbox", { name: "User name" }).fill("developer");
  await form.getByLabel("Password", { exact: true }).fill("developer");
  await form.getByRole("button", { name: "Add cluster" }).click();
  await question.getByText("https://oauth-openshift.apps-crc.testing").waitFor();
  await question.getByText("5E:88:48:98:DA:28:04:71").waitFor();
  await question.getByText("CN=ingress-operator").waitFor();
  // Whose word counts for the cluster is settled.
  expect(await question.getByRole("button").count()).toBe(1);
  await question.getByRole("button", { name: "Trust this certificate" }).click();
  await page.getByRole("heading", { name: "New forward" }).waitFor();
});

test("with a pasted kubeconfig the sign-in server is asked about after the cluster", async () => {
  const page = await open("clusters");
  const form = await addCluster(page);
  const kubeconfig =
    "kind: Config\nserver: https://api.crc.testing:6443\nusername: developer\npassword: developer";
  await form.getByRole("textbox", { name: "An oc login line or a kubeconfig" }).fill(kubeconfig);
  await form.getByRole("button", { name: "Add cluster" }).click();
  const own = form.getByRole("region", { name: "Is this your cluster?" });
  await own.getByRole("button", { name: "Trust this certificate" }).click();
  const question = form.getByRole("region", { name: "Is this your cluster’s sign-in page?" });
  await question.getByText("https://oauth-openshift.apps-crc.testing").waitFor();
  await question.getByRole("button", { name: "Trust this certificate" }).click();
  await page.getByRole("heading", { name: "New forward" }).waitFor();
});

test("a password that is not in a pasted kubeconfig is asked for", async () => {
  const page = await open("clusters");
  const form = await addCluster(page);
  const kubeconfig = "kind: Config\nserver: https://api.new.example.com:6443\nusername: ada";
  await form.getByRole("textbox", { name: "An oc login line or a kubeconfig" }).fill(kubeconfig);
  const add = form.getByRole("button", { name: "Add cluster" });
  await form.getByLabel("Password", { exact: true }).waitFor();
  expect(await add.isDisabled()).toBe(true);
  await form.getByLabel("Password", { exact: true }).fill("right");
  await add.click();
  await page.getByRole("heading", { name: "New forward" }).waitFor();
});

test("with a token nobody asks about the sign-in server", async () => {
  const page = await open("clusters");
  const form = await addCluster(page);
  await form.getByRole("radio", { name: "Server address" }).check({ force: true });
  await form.getByRole("textbox", { name: "Server URL" }).fill("https://api.crc.testing:6443");
  await page.keyboard.press("Tab");
  await form.getByRole("button", { name: "Trust this certificate" }).click();
  await form.getByRole("radio", { name: "Token" }).check({ force: true });
  await form.getByLabel("Token", { exact: true }).last().fill("sha256~a");
  await form.getByRole("button", { name: "Add cluster" }).click();
  await page.getByRole("heading", { name: "New forward" }).waitFor();
});
