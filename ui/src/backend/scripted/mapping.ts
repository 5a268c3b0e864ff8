/** What is wrong with a port mapping, in the engine's words; null when nothing is. */
export function mappingError(mapping: string): string | null {
  const parts = mapping.split(":");
  if (parts.length > 2) return `“${mapping}” has more than one colon; write LOCAL:REMOTE.`;
  const remote = parts.at(-1) ?? "";
  const local = parts.length === 2 ? (parts[0] ?? "") : "";
  if (remote === "") return `“${mapping}” names no remote port.`;
  if (/^\d+$/.test(remote)) {
    if (Number(remote) === 0) return "0 is not a port that a pod can listen on.";
    if (Number(remote) > 65535) return `“${remote}” is too large; ports go up to 65535.`;
  } else if (!/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(remote)) {
    return `“${remote}” is neither a port number nor the name of a port.`;
  }
  if (local !== "" && !/^\d+$/.test(local)) return `“${local}” is not a port number.`;
  if (Number(local) > 65535) return `“${local}” is too large; ports go up to 65535.`;
  return null;
}
