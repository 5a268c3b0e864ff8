// `npm run licences`: writes the list of libraries that come with Culvert, for the window to show. From what is downloaded
// already: cargo's metadata and the package files of npm. With `--check` it says whether the committed list is current.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const LIST = "ui/licences.json";
/** What is delivered. */
const PROGRAMS = ["culvert-desktop", "culvert-cli"];
/** Where it runs; the same as in deny.toml. */
const PLATFORMS = ["x86_64-unknown-linux-gnu", "aarch64-apple-darwin", "x86_64-pc-windows-msvc"];
/** What is delivered with the window; tools that only build it stay out. */
const PAGES = "ui/package.json";
/** Compiled into the pages though only a tool by its place in the package file. */
const COMPILED_IN = ["clsx", "esm-env", "svelte"];

function crates() {
  const found = new Map();
  for (const platform of PLATFORMS) {
    const args = ["metadata", "--locked", "--offline", "--format-version", "1", "--filter-platform", platform];
    const metadata = JSON.parse(execFileSync("cargo", args, { encoding: "utf8", maxBuffer: 1 << 28 }));
    const packages = new Map(metadata.packages.map((each) => [each.id, each]));
    const nodes = new Map(metadata.resolve.nodes.map((node) => [node.id, node]));
    const waiting = metadata.packages.filter(({ name }) => PROGRAMS.includes(name)).map(({ id }) => id);
    const seen = new Set(waiting);
    for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
      const { name, version, license, repository, source } = packages.get(id);
      if (source !== null) {
        const link = repository ?? `https://crates.io/crates/${name}`;
        found.set(`${name} ${version}`, { name, version, licence: license ?? "see its files", link });
      }
      for (const { pkg, dep_kinds: kinds } of nodes.get(id).deps) {
        // What is needed to build or test is not delivered.
        if (seen.has(pkg) || !kinds.some(({ kind }) => kind === null)) continue;
        seen.add(pkg);
        waiting.push(pkg);
      }
    }
  }
  return [...found.values()];
}

function modules() {
  const read = (path) => JSON.parse(readFileSync(path, "utf8"));
  const found = new Map();
  const waiting = [...Object.keys(read(PAGES).dependencies), ...COMPILED_IN];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (found.has(name)) continue;
    const path = join("node_modules", name, "package.json");
    if (!existsSync(path)) throw new Error(`${name} is not there: run \`npm ci\` first`);
    const { version, license, repository, homepage, dependencies = {} } = read(path);
    const url = typeof repository === "string" ? repository : (repository?.url ?? homepage ?? "");
    const link = url.replace(/^git\+/, "").replace(/\.git$/, "").replace(/^(?!https?:)/, "https://github.com/");
    found.set(name, { name, version, licence: license ?? "see its files", link });
    // What a compiler needs itself is not in the pages.
    if (!COMPILED_IN.includes(name)) waiting.push(...Object.keys(dependencies));
  }
  return [...found.values()];
}

function written() {
  const order = (one) => `${one.name.toLowerCase()} ${one.version}`;
  const all = [...crates(), ...modules()].sort((a, b) => (order(a) < order(b) ? -1 : 1));
  return `[\n${all.map((one) => `  ${JSON.stringify(one)}`).join(",\n")}\n]\n`;
}

const fresh = written();
if (!process.argv.includes("--check")) writeFileSync(LIST, fresh);
else if (!existsSync(LIST) || readFileSync(LIST, "utf8") !== fresh) {
  console.error(`${LIST} is stale: run \`npm run licences\``);
  process.exit(1);
}
