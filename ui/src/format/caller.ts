/** Where a program is. */
export interface Caller {
  /** Null on this computer. */
  host: string | null;
  /** With a colon before it; empty where it is not known. */
  port: string;
}

/** Reads `127.0.0.1:51234` or `[fe80::1]:51234`. */
export function readCaller(from: string): Caller {
  const at = from.lastIndexOf(":");
  const host = from.slice(0, Math.max(at, 0));
  const here = host === "" || /^(127(\.\d+){3}|\[::1\]|\[::ffff:127(\.\d+){3}\])$/.test(host);
  return { host: here ? null : host, port: at < 0 ? "" : from.slice(at) };
}
