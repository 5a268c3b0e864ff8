import { expect, test } from "vitest";
import { useBrowser } from "./browser";

const open = useBrowser();

test("from the first start to a working tunnel into the demo cluster in three clicks", async () => {
  const page = await open();
  await page.getByRole("button", { name: "Try the demo cluster" }).click();
  await page.getByRole("option", { name: /^deployment echo/ }).click();
  expect(await page.getByRole("combobox", { name: "Cluster" }).inputValue()).toBe("Demo cluster");
  expect(await page.getByRole("combobox", { name: "Namespace" }).inputValue()).toBe("demo");
  expect(await page.getByRole("checkbox", { name: "Forward port 5000 (echo)" }).isChecked()).toBe(true);
  expect(await page.getByRole("textbox", { name: "Local port for 5000" }).getAttribute("placeholder")).toBe(
    "auto",
  );
  await page.getByRole("button", { name: "Connect", exact: true }).click();

  const row = page.getByRole("row", { name: /echo/ });
  await row.locator('[data-state="ready"], [data-state="live"]').waitFor();
  const chip = row.getByRole("button", { name: /^Copy localhost:\d+$/ });
  expect(await chip.textContent()).toMatch(/localhost:52341 → 5000\s*$/);
  expect(await row.getByRole("switch", { name: "Forward echo" }).getAttribute("aria-checked")).toBe("true");

  // It is said for a moment only, so the wait for it begins before the click.
  const told = row.getByText("Copied localhost:52341").waitFor({ state: "attached" });
  await chip.click();
  await told;
  await page.locator('html[data-clipboard="localhost:52341"]').waitFor({ state: "attached" });
  await row.getByRole("button", { name: "Open localhost:52341 in the browser" }).click();
  await page.locator('html[data-opened="http://localhost:52341"]').waitFor({ state: "attached" });

  await row.getByRole("switch").click();
  await row.locator('[data-state="off"]').waitFor();
  expect(await row.getByRole("button", { name: /^Copy/ }).count()).toBe(0);
});

test("saving without connecting leaves the forward off", async () => {
  const page = await open();
  await page.getByRole("button", { name: "Browse cluster staging" }).click();
  await page.getByRole("option", { name: /^service catalog/ }).click();
  await page.getByRole("checkbox", { name: "Forward port 9102 (metrics)" }).uncheck();
  await page.getByRole("textbox", { name: "Local port for 8080" }).fill("6000");
  await page.getByRole("textbox", { name: "Other ports" }).fill(":9229");
  await page.getByRole("textbox", { name: "Name" }).fill("my catalog");
  await page.getByRole("button", { name: "Save without connecting" }).click();
  const row = page.getByRole("row", { name: /my catalog/ });
  await row.locator('[data-state="off"]').waitFor();
  await row.getByText("localhost:6000 → 8080").waitFor();
  await row.getByText("auto → 9229").waitFor();
});

test("labels that are typed in the search are something to forward to", async () => {
  const page = await open();
  await page.getByRole("button", { name: "Browse cluster staging" }).click();
  await page.getByRole("option", { name: /^service catalog/ }).waitFor();
  await page.getByRole("searchbox", { name: /^Search services/ }).fill("app=web,tier!=db");
  await page.getByRole("option", { name: "labels app=web,tier!=db" }).click();
  await page.getByText("Type the port that these pods listen on, by number or by name:").waitFor();
  await page.getByRole("textbox", { name: "Other ports" }).fill(":http");
  await page.getByRole("button", { name: "Save without connecting" }).click();
  const row = page.getByRole("row", { name: /app=web,tier!=db/ });
  await row.locator('[data-state="off"]').waitFor();
  await row.getByText("labels app=web,tier!=db").waitFor();
});

test("bad ports are told apart where they are typed and keep the forward from being made", async () => {
  const page = await open();
  await page.getByRole("button", { name: "Browse cluster staging" }).click();
  await page.getByRole("option", { name: /^deployment catalog/ }).click();
  const local = page.getByRole("textbox", { name: "Local port for 9102" });
  await local.fill("70000");
  await page.getByRole("textbox", { name: "Other ports" }).fill("1:2:3");
  await page.getByText("“70000” is too large; ports go up to 65535.").waitFor();
  await page.getByText("“1:2:3” has more than one colon; write LOCAL:REMOTE.").waitFor();
  expect(await local.getAttribute("aria-invalid")).toBe("true");
  await page.getByRole("button", { name: "Connect", exact: true }).click();
  expect(await page.getByRole("heading", { name: "New forward" }).isVisible()).toBe(true);
  await local.fill("");
  await page.getByRole("textbox", { name: "Other ports" }).fill("");
  await page.getByRole("button", { name: "Connect", exact: true }).click();
  await page.getByRole("row", { name: /catalog/ }).waitFor();
});

test("a namespace can be typed where listing is forbidden", async () => {
  const page = await open("forbidden");
  await page.getByRole("button", { name: "Browse cluster staging" }).click();
  await page.getByText("You are not allowed to list namespaces.").waitFor();
  const namespace = page.getByRole("combobox", { name: "Namespace" });
  await namespace.fill("monitoring");
  await namespace.press("Enter");
  await page.getByRole("option", { name: /^service grafana/ }).waitFor();
});

test("a cluster that does not answer says so and can be asked again", async () => {
  const page = await open("unreachable");
  await page.getByRole("button", { name: "Browse cluster staging" }).click();
  await page.getByText("The cluster does not answer.").waitFor();
  await page.getByText("Check the network or the VPN, then try again.").waitFor();
  await page.getByRole("button", { name: "Retry now" }).click();
  await page.getByText("The cluster does not answer.").waitFor();
});

test("a service without pods says why it cannot be forwarded to", async () => {
  const page = await open();
  await page.getByRole("button", { name: "Browse cluster staging" }).click();
  await page.getByRole("option", { name: /^service payment-provider/ }).click();
  await page.getByRole("paragraph").filter({ hasText: "This service has no selector" }).waitFor();
  expect(await page.getByRole("button", { name: "Connect", exact: true }).isDisabled()).toBe(true);
});

test("without a kubeconfig the first start says where it looked", async () => {
  const page = await open("noKubeconfig");
  await page.getByText(/KUBECONFIG variable/).waitFor();
  await page.getByRole("button", { name: "Look again" }).click();
  await page.getByRole("button", { name: "Try the demo cluster" }).waitFor();
});

test("a context that is new since the start can be chosen", async () => {
  const page = await open("changedKubeconfig");
  await page.getByRole("row").first().waitFor();
  await page.getByRole("button", { name: "New forward" }).click();
  await page.getByRole("combobox", { name: "Cluster" }).click();
  await page.getByRole("option", { name: /^kind-local/ }).waitFor();
  expect(await page.getByText("Some kubeconfig files have problems").count()).toBe(0);
});

test("New forward names what is wrong with a kubeconfig that was read again", async () => {
  const page = await open("kubeconfigBreaks");
  await page.getByRole("row").first().waitFor();
  await page.getByRole("button", { name: "New forward" }).click();
  await page.getByText("/home/ada/.kube/openshift, line 14").waitFor();
  await page.getByRole("button", { name: "Look again for clusters and targets" }).click();
  await page.getByRole("option", { name: /^service catalog/ }).waitFor();
});

test("without an answer about the ports New forward says so, aloud too", async () => {
  const page = await open("checkFails");
  await page.getByRole("button", { name: "New forward" }).click();
  await page.getByRole("option", { name: /^service catalog/ }).click();
  await page.getByRole("textbox", { name: "Local port for 8080" }).fill("6000");
  const refusal = page.getByRole("alert").getByText("The engine gave no answer.");
  await refusal.waitFor();
  await page.getByRole("textbox", { name: "Name" }).press("Enter");
  await refusal.waitFor();
  expect(await page.getByRole("heading", { name: "New forward" }).isVisible()).toBe(true);
});

test("without an answer about the ports a change is refused, aloud too", async () => {
  const page = await open("checkFails");
  await page.getByText("catalog", { exact: true }).click();
  const details = page.getByRole("complementary", { name: "Details" });
  await details.getByRole("button", { name: "Edit" }).click();
  await details.getByRole("button", { name: "Save" }).click();
  await details.getByRole("alert").getByText("The engine gave no answer.").waitFor();
});

test("a broken kubeconfig is named with its line and does not hide the others", async () => {
  const page = await open("brokenKubeconfig");
  await page.getByText("/home/ada/.kube/openshift, line 14").waitFor();
  await page.getByRole("button", { name: "Browse cluster staging" }).waitFor();
});
