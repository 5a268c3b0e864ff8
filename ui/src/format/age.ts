import { text } from "../text/en";

const { age } = text;

/** How long something has lasted, in one or two units: `5 s`, `3 min`, `2 h 10 min`, `4 d 3 h`. */
export function formatAge(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  const days = Math.floor(hours / 24);
  if (days > 0) return age.days(days, hours % 24);
  if (hours > 0) return age.hours(hours, minutes % 60);
  if (minutes > 0) return age.minutes(minutes);
  return age.seconds(seconds);
}
