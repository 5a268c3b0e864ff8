// Runs programs one after another and says plainly which of them failed.
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The top of the repository. */
export const root = join(dirname(fileURLToPath(import.meta.url)), "..");

/** Where tools that only this project needs are installed; inside the repository, ignored by git. */
export const toolsFolder = join(root, "target", "tools");

/** Runs a program with its output on the terminal; true if it ended with 0. */
export function run(program, args, options = {}) {
  const { status, error } = spawnSync(program, args, {
    cwd: root,
    stdio: "inherit",
    shell: process.platform === "win32" && ["npm", "npx"].includes(program),
    ...options,
  });
  if (error) console.error(`${program}: ${error.message}`);
  return status === 0;
}

/** What a program prints, or undefined if it is missing or fails. */
export function output(program, args) {
  const result = spawnSync(program, args, { cwd: root, encoding: "utf8", maxBuffer: 256 * 1024 * 1024 });
  return result.status === 0 ? result.stdout : undefined;
}

/** Ends the process with one line that says what is wrong and what to do. */
export function giveUp(line) {
  console.error(`culvert: ${line}`);
  process.exit(1);
}
