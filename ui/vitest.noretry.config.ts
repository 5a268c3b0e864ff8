import { defineConfig } from "vitest/config";

// One browser at a time: the flows share the preview server and the machine may be small.
export default defineConfig({
  test: {
    include: ["tests/flows/**/*.test.ts"],
    globalSetup: ["tests/flows/server.ts"],
    environment: "node",
    fileParallelism: false,
    // Keys that come while a busy machine still moves the focus go elsewhere.
    retry: 0,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // As long as the pages wait; a second is short when the machine has other work.
    expect: { poll: { timeout: 10_000 } },
  },
});
