import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";

export default defineConfig({
  plugins: [svelte()],
  define: { __SCRIPTED_BACKEND__: "false" },
  test: {
    include: ["src/**/*.test.ts", "tests/*.test.ts"],
    environment: "node",
    setupFiles: ["tests/unit/language.ts"],
  },
});
