// Installs what is missing: system packages, npm packages, and (for tests) the tools that cargo can install.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { giveUp, output, root, run, toolsFolder } from "./steps.mjs";

const minimumNode = [20, 19];
const minimumRust = [1, 90];
/** Older ones know no WebSocket tunnel, which is half of what the tests want of it. */
const minimumKubectl = [1, 30];

/** Debian packages that building and running the application needs. */
const toBuild = [
  "build-essential",
  "cmake",
  "pkg-config",
  "libwebkit2gtk-4.1-dev",
  "libayatana-appindicator3-dev",
  "librsvg2-dev",
];

/** Debian packages that the tests need besides. */
const toTest = [
  "chromium",
  "containerd",
  "curl",
  "dbus",
  "gnome-keyring",
  "libsecret-tools",
  "runc",
  "webkit2gtk-driver",
  "xvfb",
];

/** Programs from crates.io that the tests need, with the versions they are known to work with. */
const testTools = { "tauri-driver": "2.1.0", "cargo-deny": "0.20.2" };

/** Makes the machine ready to build and run the application; with `tests`, to run every test too. */
export function setUp({ tests }) {
  checkToolchains(tests);
  if (process.platform === "linux") installSystemPackages(tests);
  installNpmPackages();
  if (!tests) return;
  installTestTools();
  checkKubectl();
}

function checkToolchains(tests) {
  if (older(process.versions.node, minimumNode)) {
    giveUp(`Node ${minimumNode.join(".")} or newer is needed, this is ${process.versions.node}: https://nodejs.org`);
  }
  const rust = output("rustc", ["--version"])?.split(" ")[1];
  if (!rust || !output("cargo", ["--version"])) {
    giveUp("Rust is missing: install it from https://rustup.rs and open a new terminal");
  }
  if (older(rust, minimumRust)) {
    giveUp(`Rust ${minimumRust.join(".")} or newer is needed, this is ${rust}: run 'rustup update'`);
  }
  const missing = tests ? ["rustfmt", "clippy"].filter((name) => !output(`cargo-${name.replace("rust", "")}`, ["--version"])) : [];
  if (missing.length > 0) giveUp(`the Rust toolchain is not complete: run 'rustup component add ${missing.join(" ")}'`);
}

/** What apt gives is older than the tests want on some systems; they say what they leave out then. */
function checkKubectl() {
  const version = kubectlVersion();
  if (version && older(version, minimumKubectl)) {
    console.log(
      `skipped: the proof that kubectl's WebSocket tunnels work needs kubectl ${minimumKubectl.join(".")} or newer, ` +
        `this is ${version}: https://kubernetes.io/docs/tasks/tools/`,
    );
  }
}

/** For example `1.32.4`; undefined if there is none. */
function kubectlVersion() {
  const answer = output("kubectl", ["version", "--client", "--output=json"]);
  return answer && JSON.parse(answer).clientVersion.gitVersion.replace(/^v/, "");
}

function older(version, [major, minor]) {
  const [a, b] = version.split(".").map(Number);
  return a < major || (a === major && b < minor);
}

function installSystemPackages(tests) {
  const wanted = tests ? [...toBuild, ...toTest] : toBuild;
  if (tests && !kubectlVersion()) wanted.push("kubernetes-client");
  if (!output("dpkg-query", ["--version"])) {
    if (output("pkg-config", ["--exists", "webkit2gtk-4.1", "librsvg-2.0"]) === undefined) {
      giveUp(`install your system's packages for WebKitGTK 4.1, librsvg and Ayatana AppIndicator (Debian's: ${wanted.join(" ")})`);
    }
    return;
  }
  const missing = wanted.filter((name) => !isInstalled(name));
  if (missing.length === 0) return;
  const asRoot = process.getuid() === 0 ? [] : output("sudo", ["-n", "true"]) !== undefined ? ["sudo"] : undefined;
  if (!asRoot) giveUp(`system packages are missing; run: sudo apt-get install ${missing.join(" ")}`);
  console.log(`Installing system packages: ${missing.join(" ")}`);
  const apt = (...args) => {
    const [program, ...rest] = [...asRoot, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", ...args];
    return run(program, rest);
  };
  if (!apt("update", "-q") || !apt("install", "-q", "-y", "--no-install-recommends", ...missing)) {
    giveUp(`apt-get could not install: ${missing.join(" ")}`);
  }
}

function isInstalled(name) {
  return output("dpkg-query", ["-W", "-f", "${Status}", name])?.includes("install ok installed") ?? false;
}

/** `npm ci` only if the packages that are there are not the ones the lock file names. */
function installNpmPackages() {
  const installed = join(root, "node_modules", ".package-lock.json");
  if (existsSync(installed) && sameVersions(join(root, "package-lock.json"), installed)) return;
  if (!run("npm", ["ci", "--no-audit", "--no-fund"])) giveUp("'npm ci' failed; its output above says why");
}

function sameVersions(wantedFile, installedFile) {
  const packages = (file) => JSON.parse(readFileSync(file, "utf8")).packages;
  const installed = packages(installedFile);
  return Object.entries(packages(wantedFile))
    // npm installs neither what other systems need nor what nothing needs.
    .filter(([path, entry]) => path.startsWith("node_modules/") && !entry.optional && !entry.extraneous)
    .every(([path, entry]) => installed[path]?.version === entry.version);
}

function installTestTools() {
  for (const [name, version] of Object.entries(testTools)) {
    if (isRecorded(name, version)) continue;
    console.log(`Installing ${name} ${version}`);
    if (!run("cargo", ["install", name, "--version", version, "--locked", "--root", toolsFolder])) {
      giveUp(`cargo could not install ${name} ${version}; its output above says why`);
    }
  }
}

/** Whether cargo's own record of what it installed there names this version. */
function isRecorded(name, version) {
  const record = join(toolsFolder, ".crates.toml");
  return existsSync(record) && readFileSync(record, "utf8").includes(`"${name} ${version} `);
}
