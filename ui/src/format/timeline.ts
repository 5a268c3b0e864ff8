/** When something happened: `14:03:05` on the day of `now`, else with its day. Both in milliseconds since 1970. */
export function formatMoment(atMs: number, now: number): string {
  const at = new Date(atMs);
  const time = at.toLocaleTimeString("en-GB");
  if (at.toDateString() === new Date(now).toDateString()) return time;
  return `${at.getDate()} ${at.toLocaleString("en-GB", { month: "short" })} ${time.slice(0, 5)}`;
}

/** A short time: `0.3 ms`, `23 ms`, `1.2 s`. */
export function formatTook(milliseconds: number): string {
  if (milliseconds >= 999.5) return `${(milliseconds / 1000).toFixed(1)} s`;
  return `${milliseconds.toFixed(milliseconds < 9.95 ? 1 : 0)} ms`;
}
