// `npm run types`: writes the TypeScript types of the engine's commands and events.
import { run } from "./steps.mjs";

const env = { ...process.env, CULVERT_WRITE_TYPES: "1" };
process.exit(run("cargo", ["test", "-q", "-p", "engine", "--test", "typescript"], { env }) ? 0 : 1);
