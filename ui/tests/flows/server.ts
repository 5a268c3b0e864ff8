import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import type { TestProject } from "vitest/node";

const ROOT = fileURLToPath(new URL("../../dist-scripted", import.meta.url));
const TAURI_CONFIG = new URL("../../../src-tauri/tauri.conf.json", import.meta.url);
const TYPES: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
};

declare module "vitest" {
  interface ProvidedContext {
    address: string;
  }
}

/** Serves the scripted build under the content security policy that the desktop application has. */
export default async function serve(project: TestProject): Promise<() => Promise<void>> {
  const policy = await contentSecurityPolicy();
  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url ?? "/", "http://localhost").pathname);
    const file = join(ROOT, path === "/" ? "index.html" : path);
    readFile(file).then(
      (body) => {
        response.setHeader("content-type", TYPES[extname(file)] ?? "application/octet-stream");
        response.setHeader("content-security-policy", policy);
        response.end(body);
      },
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  project.provide("address", `http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  return async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
}

async function contentSecurityPolicy(): Promise<string> {
  const config = JSON.parse(await readFile(TAURI_CONFIG, "utf8")) as {
    app: { security: { csp: Record<string, string> } };
  };
  return Object.entries(config.app.security.csp)
    .map(([name, value]) => `${name} ${value}`)
    .join("; ");
}
