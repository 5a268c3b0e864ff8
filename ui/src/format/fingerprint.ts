/** A SHA-256 fingerprint as people compare it: in capitals, in pairs, eight pairs to a group. */
export function fingerprintGroups(sha256: string): string[] {
  const pairs = sha256.toUpperCase().match(/.{1,2}/g) ?? [];
  return Array.from({ length: Math.ceil(pairs.length / 8) }, (_, group) =>
    pairs.slice(group * 8, group * 8 + 8).join(":"),
  );
}
