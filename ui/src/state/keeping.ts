import type { Choice } from "../components/Combobox.svelte";
import { text } from "../text";

/** What is offered, in minutes; 0 is for ever. */
const OFFERED = [1, 10, 60, 0];

/** How long a tunnel without connections can be kept: what is offered, and what is said now. */
export function keepChoices(minutes: number): Choice[] {
  const all = OFFERED.includes(minutes) ? OFFERED : [minutes, ...OFFERED];
  return all.map((value) => ({ value: String(value), label: text.connection.keepFor(value) }));
}

/** As {@link keepChoices} for one forward, which may say nothing and do as is preferred. */
export function keepChoicesOf(minutes: number | null, preferred: number): Choice[] {
  const label = text.settings.asInSettings(text.connection.keepFor(preferred));
  return [{ value: "", label }, ...keepChoices(minutes ?? preferred)];
}

/** What it means to keep it so long. */
export function keepMeaning(minutes: number): string {
  return minutes === 0 ? text.connection.keepAlwaysMeaning : text.connection.keepMeaning;
}

/** In a word or two, where the forward says something of its own. */
export function keepSummary(minutes: number | null): string | null {
  return minutes === null ? null : text.connection.keptFor(text.connection.keepFor(minutes));
}
