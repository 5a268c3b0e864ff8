/** A program's address, short where it is on this computer: `:51234` for `127.0.0.1:51234` and `[::1]:51234`. */
export function shortCaller(from: string): string {
  return from.replace(/^(127(\.\d+){3}|\[::1\]|\[::ffff:127(\.\d+){3}\]):/, ":");
}
