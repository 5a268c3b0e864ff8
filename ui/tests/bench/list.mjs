// Prints how the list of 500 forwards, 50 of them with traffic, scrolls and rests. Needs `npm run build:scripted` before.
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const ROOT = fileURLToPath(new URL("../../dist-scripted", import.meta.url));
const TYPES = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css" };
/** How long each figure is taken, in milliseconds; the scripted traffic lasts for twice that. */
const TAKEN_MS = 4_000;

const server = createServer((request, response) => {
  const path = new URL(request.url, "http://localhost").pathname;
  readFile(join(ROOT, path === "/" ? "index.html" : path)).then(
    (body) => response.setHeader("content-type", TYPES[extname(path)] ?? "text/html").end(body),
    () => response.writeHead(404).end(),
  );
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu"],
});
const page = await browser.newPage({ viewport: { width: 1100, height: 720 } });
const devtools = await page.context().newCDPSession(page);
await devtools.send("Performance.enable");

await open();
const frames = await page.getByRole("grid").evaluate(
  (grid, taken) =>
    new Promise((resolve) => {
      const times = [];
      const begun = performance.now();
      const frame = (now) => {
        times.push(now);
        grid.scrollTop += 24;
        if (grid.scrollTop + grid.clientHeight >= grid.scrollHeight) grid.scrollTop = 0;
        if (now - begun < taken) requestAnimationFrame(frame);
        else resolve(times.slice(1).map((time, index) => time - times[index]));
      };
      requestAnimationFrame(frame);
    }),
  TAKEN_MS,
);
const sorted = [...frames].sort((a, b) => a - b);
const mean = frames.reduce((sum, each) => sum + each, 0) / frames.length;
print("frames per second while scrolling", (1000 / mean).toFixed(1));
print("slowest frame of a hundred, ms", sorted[Math.floor(sorted.length * 0.99)].toFixed(1));
print("rows in the document", await page.getByRole("row").count());

await open();
await work("with traffic");
// The script of the traffic has ended by then.
await page.waitForTimeout(TAKEN_MS * 2);
await work("with nothing moving");

await browser.close();
server.close();

async function open() {
  await page.goto(`http://127.0.0.1:${server.address().port}/?scenario=many`);
  await page.getByRole("row").first().waitFor();
  await page.waitForTimeout(500);
}

async function work(when) {
  const before = await metrics();
  await page.waitForTimeout(TAKEN_MS);
  const after = await metrics();
  for (const name of ["ScriptDuration", "TaskDuration"]) {
    const perSecond = ((after[name] - before[name]) / (TAKEN_MS / 1000)) * 1000;
    print(
      `${name === "ScriptDuration" ? "script" : "all work"} ${when}, ms per second`,
      perSecond.toFixed(1),
    );
  }
}

async function metrics() {
  const { metrics } = await devtools.send("Performance.getMetrics");
  return Object.fromEntries(metrics.map(({ name, value }) => [name, value]));
}

function print(what, figure) {
  process.stdout.write(`${what.padEnd(48)}${figure}\n`);
}
