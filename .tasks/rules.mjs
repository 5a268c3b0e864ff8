// The rules that no compiler checks: which part may know which, and what must not be in the repository.
import { readFileSync } from "node:fs";
import { output, root } from "./steps.mjs";
import { join } from "node:path";

/** The crates of the workspace that each crate may depend on, tests apart. Dependencies point one way. */
const mayDependOn = {
  wording: [],
  spdy: [],
  portforward: ["spdy", "wording"],
  cluster: ["wording"],
  engine: ["cluster", "portforward", "wording"],
  democluster: ["spdy"],
  "culvert-cli": ["cluster", "democluster", "engine", "wording"],
  "culvert-desktop": ["cluster", "democluster", "engine", "wording"],
  "culvert-tests": ["cluster", "democluster", "engine", "portforward", "spdy", "wording"],
};

/** Outside crates that only these crates of ours may name, tests apart. */
const reserved = [
  { crate: /^tauri/, only: ["culvert-desktop"] },
  { crate: /^(keyring|secrecy)/, only: ["cluster"] },
  { crate: /^(kube|k8s-openapi)$/, only: ["cluster", "portforward", "democluster", "engine", "culvert-tests"] },
];

/** Opens private parts to the fuzz targets, which are outside the workspace. */
const privateFeature = /(^|\/)fuzzing$/;

/** The protocol core has neither IO nor a clock. */
const spdySources = { files: /^src-tauri\/crates\/spdy\/src\/.*\.rs$/, never: /\b(tokio|std::(net|io::Read|fs|time|thread))\b/ };

/** File names that say nothing about the one job of the file. */
const emptyNames = /(^|\/)(utils?|helpers?|common|manager|misc)(\.[a-z.]+)?(\/|$)/;

const topLevel = new Set([
  "ARCHITECTURE.md", "CONTRIBUTING.md", "Cargo.lock", "Cargo.toml", "LICENSE-APACHE", "LICENSE-MIT", "README.md",
  "clippy.toml", "deny.toml", "docs", "icons", "package-lock.json", "package.json", "rustfmt.toml", "src-tauri", "tests", "ui",
]);

const broken = [];

checkCrates();
checkFiles();

for (const line of broken) console.error(`rules: ${line}`);
console.log(broken.length === 0 ? "rules: all kept" : `rules: ${broken.length} broken`);
process.exit(broken.length === 0 ? 0 : 1);

function checkCrates() {
  const { packages } = JSON.parse(output("cargo", ["metadata", "--no-deps", "--locked", "--format-version", "1"]));
  for (const { name, dependencies, features } of packages) {
    const turnedOn = [...dependencies.flatMap((dependency) => dependency.features), ...Object.values(features).flat()];
    if (turnedOn.some((feature) => privateFeature.test(feature))) broken.push(`${name} turns on what only fuzzing may use`);
    const allowed = mayDependOn[name];
    if (!allowed) broken.push(`the crate ${name} is not in the list of .tasks/rules.mjs`);
    for (const { name: dependency, kind } of dependencies) {
      if (kind === "dev") continue;
      if (dependency in mayDependOn && !allowed?.includes(dependency)) {
        broken.push(`${name} must not depend on ${dependency}`);
      }
      for (const { crate, only } of reserved) {
        if (crate.test(dependency) && !only.includes(name)) broken.push(`only ${only.join(", ")} may name ${dependency}, not ${name}`);
      }
    }
  }
}

function checkFiles() {
  const files = output("git", ["ls-files", "-co", "--exclude-standard"]).split("\n").filter(Boolean);
  for (const file of files) {
    const [top] = file.split("/");
    if (!top.startsWith(".") && !topLevel.has(top)) broken.push(`${top} does not belong at the top of the repository`);
    if (emptyNames.test(file) && !file.startsWith("tests/fixtures/")) broken.push(`${file}: a name that says what it is for is wanted`);
    if (!/\.(rs|ts|svelte|mjs|js|json|toml|lock|md|yml|css|html)$/.test(file)) continue;
    const text = readFileSync(join(root, file), "utf8");
    if (spdySources.files.test(file) && spdySources.never.test(text)) broken.push(`${file}: spdy has neither IO nor a clock`);
    if (/^ui\/src\//.test(file) && !/^ui\/src\/backend\//.test(file) && text.includes("@tauri-apps")) {
      broken.push(`${file}: only ui/src/backend may name @tauri-apps`);
    }
    // npm's lock file names versions and checksums, never the address of one particular mirror.
    if (file === "package-lock.json" && /"resolved": "http/.test(text)) broken.push(`${file} names download addresses`);
  }
}
