import flows from "./vitest.flows.config";

// The same server and browser as the flows, to take pictures with.
export default { test: { ...flows.test, include: ["tests/screenshots.ts"] } };
