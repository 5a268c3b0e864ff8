/** A moment to come, as a person says it: “at 18:42”, “tomorrow at 09:10”, “on Mon, 3 Mar at 09:10”. */
export function momentToCome(at: number, now: number): string {
  const time = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" }).format(at);
  const days = dayOf(at) - dayOf(now);
  if (days === 0) return `at ${time}`;
  if (days === 1) return `tomorrow at ${time}`;
  const day = new Intl.DateTimeFormat("en-GB", { weekday: "short", day: "numeric", month: "short" }).format(
    at,
  );
  return `on ${day} at ${time}`;
}

/** Counts days of this computer's calendar. */
function dayOf(at: number): number {
  const date = new Date(at);
  return Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) / 86_400_000;
}
