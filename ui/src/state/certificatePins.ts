import type { CertificateView, Trust } from "../backend/types";

/**
 * Trust in one certificate more: beside those that the person trusted before, or, where somebody else's word counted
 * for the cluster's own certificate, beside that one.
 */
export function pinnedToo(before: Trust, own: CertificateView | null, added: string): Trust {
  const known = before.kind === "pinned" ? before.sha256.split(",") : own === null ? [] : [own.sha256];
  const pins = [...known.map((pin) => pin.trim()), added];
  return { kind: "pinned", sha256: [...new Set(pins)].join(",") };
}
