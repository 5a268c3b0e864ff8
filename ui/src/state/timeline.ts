import type { TimelineEntry } from "../backend/types";
import { formatDay } from "../format/timeline";

/** Entries that are shown at most, as many as the engine keeps. */
export const MOST_ENTRIES = 200;

/** What is known of a timeline with these entries too, the latest first. Of one number the later word holds. */
export function mergeEntries(
  known: readonly TimelineEntry[],
  news: readonly TimelineEntry[],
): readonly TimelineEntry[] {
  if (news.length === 0) return known;
  const byNumber = new Map(known.map((entry) => [entry.number, entry]));
  for (const entry of news) {
    const before = byNumber.get(entry.number);
    if (before === undefined || entry.count >= before.count) byNumber.set(entry.number, entry);
  }
  return [...byNumber.values()].sort((a, b) => b.atMs - a.atMs || b.number - a.number).slice(0, MOST_ENTRIES);
}

/** The entries of one day; of today where it has no name. */
export interface Day {
  name: string | null;
  entries: TimelineEntry[];
}

/** Entries by the day of each, in their order. */
export function byDay(entries: readonly TimelineEntry[], now: number): Day[] {
  const days: Day[] = [];
  for (const entry of entries) {
    const name = formatDay(entry.atMs, now);
    const last = days.at(-1);
    if (last?.name === name) last.entries.push(entry);
    else days.push({ name, entries: [entry] });
  }
  return days;
}
