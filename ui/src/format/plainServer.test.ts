import { expect, test } from "vitest";
import { isPlain } from "./plainServer";

test.each([
  ["http://api.lab:8080", true],
  [" HTTP://10.0.0.1", true],
  ["http://127.evil.example", true],
  ["https://api.lab:6443", false],
  ["api.lab:6443", false],
  ["http://127.0.0.1:8001", false],
  ["http://localhost:8001/k8s", false],
  ["http://[::1]:8001", false],
])("%s can be read on the way: %s", (server, plain) => {
  expect(isPlain(server)).toBe(plain);
});
