import { expect, test } from "vitest";
import { pinnedToo } from "./certificatePins";

const own = {
  subject: "",
  issuer: "",
  names: [],
  notBeforeMs: 0,
  notAfterMs: 0,
  sha256: "own",
  distrust: null,
};

test("one more certificate is trusted beside those before", () => {
  for (const [before, certificate, pins] of [
    [{ kind: "pinned", sha256: "own" }, own, "own,other"],
    [{ kind: "pinned", sha256: "first, second" }, own, "first,second,other"],
    [{ kind: "pinned", sha256: "own,other" }, own, "own,other"],
    // An authority’s word, or the system’s, cannot stand beside a pin.
    [{ kind: "system" }, own, "own,other"],
    [{ kind: "file", path: "/ca.crt" }, own, "own,other"],
    [{ kind: "system" }, null, "other"],
  ] as const) {
    expect(pinnedToo(before, certificate, "other")).toEqual({ kind: "pinned", sha256: pins });
  }
});
