import { text } from "../text";

/** How long something has lasted, in one or two units: `5 s`, `3 min`, `2 h 10 min`, `4 d 3 h`. */
export function formatAge(milliseconds: number): string {
  const { days, hours, minutes, seconds } = parts(milliseconds);
  if (days > 0) return text.age.days(days, hours);
  if (hours > 0) return text.age.hours(hours, minutes);
  return minutes > 0 ? text.age.minutes(minutes) : text.age.seconds(seconds);
}

/** The same in one unit, for where there is little room. */
export function formatShortAge(milliseconds: number): string {
  const { days, hours, minutes, seconds } = parts(milliseconds);
  if (days > 0) return text.age.days(days, 0);
  if (hours > 0) return text.age.hours(hours, 0);
  return minutes > 0 ? text.age.minutes(minutes) : text.age.seconds(seconds);
}

function parts(milliseconds: number) {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  const days = Math.floor(hours / 24);
  return { days, hours: hours % 24, minutes: minutes % 60, seconds };
}
