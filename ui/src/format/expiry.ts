import { text } from "../text";

/** A sign-in that ends within this time is warned of. */
const NEAR_MS = 60 * 60_000;

/** When a sign-in ends, in words, where that is near; null where it is not, or where it has ended. */
export function expiryWords(expiresAtMs: number | undefined, now: number): string | null {
  if (expiresAtMs === undefined) return null;
  const left = expiresAtMs - now;
  return left <= 0 || left > NEAR_MS ? null : text.clusters.ends(Math.floor(left / 60_000));
}
