import { text } from "../text";
import { formatDate } from "./date";

/** A moment to come, as a person says it: “at 18:42”, “tomorrow at 09:10”, “on Mon, 3 Mar at 09:10”. */
export function momentToCome(at: number, now: number): string {
  const time = formatDate(at, "minute");
  const days = dayOf(at) - dayOf(now);
  if (days === 0) return text.moment.today(time);
  if (days === 1) return text.moment.tomorrow(time);
  return text.moment.later(formatDate(at, "weekday"), time);
}

/** Counts days of this computer's calendar. */
function dayOf(at: number): number {
  const date = new Date(at);
  return Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) / 86_400_000;
}
