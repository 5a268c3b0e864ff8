import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";

// Mode `scripted` builds the window with the in-memory backend for the flow tests; `production` leaves it out.
export default defineConfig(({ command, mode }) => {
  const scripted = command === "serve" || mode === "scripted";
  return {
    plugins: [svelte()],
    clearScreen: false,
    define: { __SCRIPTED_BACKEND__: JSON.stringify(scripted) },
    server: { port: 1420, strictPort: true, host: "127.0.0.1" },
    build: {
      // The WebKitGTK of Debian 12 and the system web views of current macOS and Windows.
      target: ["es2022", "safari16.4"],
      outDir: mode === "scripted" ? "dist-scripted" : "dist",
      emptyOutDir: true,
      // The gallery of components is for those who work on them.
      rolldownOptions: { input: scripted ? ["index.html", "gallery.html"] : ["index.html"] },
      // A data: URL would need its own entry in the content security policy.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      reportCompressedSize: false,
    },
  };
});
