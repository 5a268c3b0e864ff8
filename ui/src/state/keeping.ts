import type { Choice } from "../components/Combobox.svelte";
import { text } from "../text";

/** Minutes that a tunnel without connections is kept where a profile says nothing; the engine has the same. */
export const USUAL_MINUTES = 10;
/** What is offered, in minutes; 0 is for ever. */
const OFFERED = [1, USUAL_MINUTES, 60, 0];

/** How long a tunnel without connections can be kept: what is offered, and what a profile says now. */
export function keepChoices(minutes: number): Choice[] {
  const all = OFFERED.includes(minutes) ? OFFERED : [minutes, ...OFFERED];
  return all.map((value) => ({ value: String(value), label: text.connection.keepFor(value) }));
}

/** What it means to keep it so long. */
export function keepMeaning(minutes: number): string {
  return minutes === 0 ? text.connection.keepAlwaysMeaning : text.connection.keepMeaning;
}

/** In a word or two, where it is not the usual time. */
export function keepSummary(minutes: number): string | null {
  return minutes === USUAL_MINUTES ? null : text.connection.keptFor(text.connection.keepFor(minutes));
}
