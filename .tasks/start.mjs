// `npm start`: installs what is missing, builds the application and opens it.
import { join } from "node:path";
import { setUp } from "./setup.mjs";
import { giveUp, root, run } from "./steps.mjs";

if (process.platform === "linux" && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) {
  giveUp(
    "there is no display to open a window on. Start it from a graphical session, or without one under Xvfb: " +
      "apt-get install xvfb xauth, then: xvfb-run -a npm start",
  );
}

setUp({ tests: false });
if (!run("npm", ["run", "--silent", "build:ui"])) giveUp("the user interface could not be built; see above");
if (!run("cargo", ["build", "--locked", "-p", "culvert-desktop", "-p", "culvert-cli"])) {
  giveUp("the application could not be built; see above");
}

const target = process.env.CARGO_TARGET_DIR ?? join(root, "target");
const program = join(target, "debug", process.platform === "win32" ? "culvert-desktop.exe" : "culvert-desktop");
process.exit(run(program, process.argv.slice(2)) ? 0 : 1);
