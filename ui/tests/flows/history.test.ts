import { expect, test } from "vitest";
import { useBrowser } from "./browser";

const open = useBrowser();

test("details tell what happened, the latest first, and follow what happens", async () => {
  const page = await open("history");
  await page.getByText("catalog", { exact: true }).click();
  const details = page.getByRole("complementary", { name: "Details" });
  const past = details.getByRole("region", { name: "What happened" });
  const first = past.getByRole("listitem").first();
  await first.getByText("Another pod serves now.").waitFor();
  await past.getByText(/^17 times since/).waitFor();
  expect(await past.getByText("Turned on.").count()).toBe(0);
  await past.getByRole("button", { name: "Show 4 earlier" }).click();
  await past.getByText("Turned on.").waitFor();

  await page.getByRole("switch", { name: "Forward catalog" }).click();
  await first.getByText("Turned off.").waitFor();
  await page.getByRole("switch", { name: "Forward catalog" }).click();
  await first.getByText("Tunnel opened.").waitFor();

  // Another forward has its own past.
  await page.getByText("echo", { exact: true }).click();
  await past.getByText(/^Nothing yet/).waitFor();
  expect(await past.getByRole("listitem").count()).toBe(0);
});

test("details warn of whoever may be reached instead, and of ports that others can reach", async () => {
  const page = await open("history");
  await page.getByText("catalog", { exact: true }).click();
  const details = page.getByRole("complementary", { name: "Details" });
  await details
    .getByText(/^localhost:52341 may lead to the program nginx/)
    .first()
    .waitFor();
  expect(await details.getByText("Everyone in your network can use this port").count()).toBe(0);
  await page.getByText("metrics", { exact: true }).click();
  await details.getByText("Everyone in your network can use this port").waitFor();
  expect(await details.getByText(/may lead to/).count()).toBe(0);
});

test("details count connections, rates and times", async () => {
  const page = await open("history");
  await page.getByText("catalog", { exact: true }).click();
  const details = page.getByRole("complementary", { name: "Details" });
  const row = (name: string) => details.getByRole("row", { name });
  await row("Peak rate 11.4 MB/s 212 KB/s").waitFor();
  await row("Connections 3 open of 1,284").waitFor();
  await row("Failed 17").waitFor();
  await row("Round trip 23 ms").waitFor();
  await row("Time to open 142 ms").waitFor();
});
