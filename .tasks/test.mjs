// `npm test`: installs what is missing and runs every check and test. `npm test -- NAME …` runs only the steps named.
import { delimiter, join } from "node:path";
import { setUp } from "./setup.mjs";
import { giveUp, run, toolsFolder } from "./steps.mjs";

const cargo = (...args) => run("cargo", args);
const npm = (...args) => run("npm", args);
const inUi = (script) => npm("run", "--silent", script, "--workspace", "ui");

/** In the order in which they run: cheap ones first, so that a slip is told early. */
const steps = {
  rules: () => run(process.execPath, [join(".tasks", "rules.mjs")]),
  rustfmt: () => cargo("fmt", "--all", "--check"),
  "ui build": () => npm("run", "--silent", "build:ui"),
  "ui types": () => inUi("check"),
  "ui lint": () => inUi("lint"),
  "ui tests": () => inUi("test"),
  "ui flows": () => inUi("test:flows"),
  "cargo deny": () => cargo("deny", "check", "bans", "licenses", "sources"),
  // After cargo deny, which downloads the crates of all platforms.
  licences: () => run(process.execPath, [join(".tasks", "licences.mjs"), "--check"]),
  clippy: () => cargo("clippy", "--locked", "--workspace", "--all-targets", "--", "-D", "warnings"),
  build: () => cargo("build", "--locked", "--workspace"),
  "rust tests": () => cargo("test", "--locked", "--workspace", "--no-fail-fast"),
};

const chosen = process.argv.slice(2);
const unknown = chosen.filter((name) => !(name in steps));
if (unknown.length > 0) giveUp(`no such step: ${unknown.join(", ")}. There are: ${Object.keys(steps).join(", ")}`);

setUp({ tests: true });
process.env.PATH = [join(toolsFolder, "bin"), process.env.PATH].join(delimiter);

const failed = [];
const names = chosen.length > 0 ? chosen : Object.keys(steps);
for (const name of names) {
  console.log(`\n== ${name}`);
  const started = Date.now();
  const passed = steps[name]();
  console.log(`== ${name}: ${passed ? "passed" : "FAILED"} in ${Math.round((Date.now() - started) / 1000)} s`);
  if (!passed) failed.push(name);
}

if (failed.length > 0) console.log(`\nFailed: ${failed.join(", ")}`);
console.log(`\n${names.length - failed.length} passed, ${failed.length} failed`);
process.exit(failed.length === 0 ? 0 : 1);
