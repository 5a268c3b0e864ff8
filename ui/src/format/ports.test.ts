import { expect, test } from "vitest";
import type { Profile } from "../backend/types";
import { expectedLocal, localHost, mappingOf, mappingSides, splitMappings } from "./ports";

test.each([
  ["5000", "5000", "5000"],
  ["6000:5000", "6000", "5000"],
  [":5000", null, "5000"],
  ["0:5000", null, "5000"],
  ["http", null, "http"],
  [":http", null, "http"],
  ["8080:http", "8080", "http"],
])("%s is local %s and remote %s", (mapping, local, remote) => {
  expect(mappingSides(mapping)).toEqual({ local, remote });
});

test("an empty local-port field asks for a free port", () => {
  expect(mappingOf("  ", 5000)).toBe(":5000");
  expect(mappingOf("6000", 5000)).toBe("6000:5000");
});

test("free text holds several mappings", () => {
  expect(splitMappings("  :5000, 6000:http\n70000 ")).toEqual([":5000", "6000:http", "70000"]);
  expect(splitMappings("   ")).toEqual([]);
});

// The same table is in src-tauri/src/address.rs.
test.each([
  ["localhost", "localhost"],
  ["", "localhost"],
  ["0.0.0.0", "localhost"],
  ["::", "localhost"],
  ["127.0.0.2", "127.0.0.2"],
  ["::1", "[::1]"],
  ["fe80::1", "[fe80::1]"],
  ["127.0.0.1,127.0.0.2", "127.0.0.1"],
  ["192.168.1.7,localhost", "192.168.1.7"],
  ["localhost,192.168.1.7", "localhost"],
  ["fe80::1, 192.168.1.7", "[fe80::1]"],
  ["0.0.0.0,192.168.1.7", "localhost"],
  ["::,0.0.0.0", "localhost"],
  [",", "localhost"],
  ["/../evil", "localhost"],
])("a forward that listens on %s is reached at %s", (address, host) => {
  expect(localHost(address)).toBe(host);
});

test("a port that is not bound shows the port it will ask for", () => {
  const profile = {
    bindAddress: "localhost",
    ports: [
      { mapping: ":5000", lastLocal: null },
      { mapping: ":5000", lastLocal: 41234 },
      { mapping: "6000:5000", lastLocal: 41234 },
    ],
  } as Profile;
  expect([0, 1, 2, 3].map((index) => expectedLocal(profile, index))).toEqual([
    "auto",
    "localhost:41234",
    "localhost:6000",
    "auto",
  ]);
});
