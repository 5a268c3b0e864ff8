// `npm run bench:ui`: builds the release and prints the figures of the window, on a machine that does nothing else.
import { readFileSync, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { gzipSync } from "node:zlib";
import { setUp } from "./setup.mjs";
import { giveUp, root, run, toolsFolder } from "./steps.mjs";

setUp({ tests: true });
process.env.PATH = [join(toolsFolder, "bin"), process.env.PATH].join(delimiter);
if (!run("npm", ["run", "--silent", "build"])) giveUp("the release could not be built; see above");
if (!run("cargo", ["test", "--locked", "--workspace", "--test", "e2e", "--no-run"])) giveUp("see above");

const figures = ["--ignored", "--nocapture", "--test-threads=1", "figures::"];
if (!run("cargo", ["test", "--locked", "--quiet", "--workspace", "--test", "e2e", "--", ...figures])) giveUp("see above");

const scripts = join(root, "ui", "dist", "assets");
const sizes = readdirSync(scripts)
  .filter((name) => name.endsWith(".js"))
  .map((name) => [name, gzipSync(readFileSync(join(scripts, name)), { level: 9 }).length]);
const total = sizes.reduce((sum, [, size]) => sum + size, 0) / 1000;
print("shipped JavaScript, gzip, KB", total, "289", "150");
const first = sizes.filter(([name]) => name.startsWith("index-")).reduce((sum, [, size]) => sum + size, 0) / 1000;
print("of which the window starts with", first, "-", "-");

function print(what, figure, peer, target) {
  console.log(`figure ${what.padEnd(38)}${figure.toFixed(2).padStart(9)}   peer ${peer.padEnd(12)} target ${target}`);
}
