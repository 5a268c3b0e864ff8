import { formatDate } from "./date";
import { formatNumber } from "./number";

/** The time of day: `14:03:05`. In milliseconds since 1970. */
export function formatTime(atMs: number): string {
  return formatDate(atMs, "second");
}

/** The day, as `7 Mar`; null when it is that of `now`. */
export function formatDay(atMs: number, now: number): string | null {
  if (new Date(atMs).toDateString() === new Date(now).toDateString()) return null;
  return formatDate(atMs, "day");
}

/** `14:03:05`, with its day where that is not the day of `now`. */
export function formatMoment(atMs: number, now: number): string {
  const day = formatDay(atMs, now);
  return day === null ? formatTime(atMs) : `${day}, ${formatTime(atMs)}`;
}

/** A short time: `0.3 ms`, `23 ms`, `1.2 s`. */
export function formatTook(milliseconds: number): string {
  if (milliseconds >= 999.5) return `${formatNumber(milliseconds / 1000, 1)} s`;
  return `${formatNumber(milliseconds, milliseconds < 9.95 ? 1 : 0)} ms`;
}
