import { expect, test } from "vitest";
import { isExposed } from "./exposure";

test.each([
  ["", false],
  ["localhost", false],
  ["127.0.0.1", false],
  ["127.3.2.1, ::1", false],
  ["0:0:0:0:0:0:0:1", false],
  ["::0001", false],
  ["::ffff:127.0.0.1", false],
  ["not an address", false],
  ["0.0.0.0", true],
  ["::", true],
  ["192.168.1.7", true],
  ["localhost, 10.0.0.7", true],
  ["fe80::1", true],
  ["FD00::1", true],
  ["::11", true],
  ["1::1", true],
])("“%s” exposed: %s", (address, exposed) => {
  expect(isExposed(address)).toBe(exposed);
});
