/** The time of day: `14:03:05`. In milliseconds since 1970. */
export function formatTime(atMs: number): string {
  return new Date(atMs).toLocaleTimeString("en-GB");
}

/** The day, as `7 Mar`; null when it is that of `now`. */
export function formatDay(atMs: number, now: number): string | null {
  const at = new Date(atMs);
  if (at.toDateString() === new Date(now).toDateString()) return null;
  return `${at.getDate()} ${at.toLocaleString("en-GB", { month: "short" })}`;
}

/** `14:03:05`, with its day where that is not the day of `now`. */
export function formatMoment(atMs: number, now: number): string {
  const day = formatDay(atMs, now);
  return day === null ? formatTime(atMs) : `${day}, ${formatTime(atMs)}`;
}

/** A short time: `0.3 ms`, `23 ms`, `1.2 s`. */
export function formatTook(milliseconds: number): string {
  if (milliseconds >= 999.5) return `${(milliseconds / 1000).toFixed(1)} s`;
  return `${milliseconds.toFixed(milliseconds < 9.95 ? 1 : 0)} ms`;
}
