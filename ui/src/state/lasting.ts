import type { Choice } from "../components/Combobox.svelte";
import { text } from "../text";

/** What is offered for holding callers, in seconds. */
const HOLDS = [0, 10, 30, 120, 600];
/** What is offered for turning off, in minutes; 0 is never. */
const TURN_OFFS = [0, 60, 8 * 60];
/** Minutes that a forward is on at most, unless without an end; the engine has the same. */
const LONGEST_ON = 28 * 24 * 60;

/** A number, with a comma or a point for fractions. */
const NUMBER = String.raw`(\d+(?:[.,]\d+)?)`;
/** Days, hours and minutes, in English and German. */
const UNITS = [
  "d(?:ays?)?|t(?:age?n?)?",
  "h(?:ours?|rs?)?|st(?:d|unden?)\\.?",
  "m(?:in(?:utes?|uten?|s)?\\.?)?",
];
const TIME = new RegExp(
  `^${UNITS.map((unit) => String.raw`(?:${NUMBER}\s*(?:${unit}))?`).join(String.raw`\s*`)}$`,
  "i",
);

/** How long callers can be held: what is offered, and what is said now. */
export function holdChoices(seconds: number): Choice[] {
  return choices(HOLDS, seconds, text.options.holdFor);
}

/** As {@link holdChoices} for one forward, which may say nothing and do as is preferred. */
export function holdChoicesOf(seconds: number | null, preferred: number): Choice[] {
  const label = text.settings.asInSettings(text.options.holdFor(preferred));
  return [{ value: "", label }, ...holdChoices(seconds ?? preferred)];
}

/** After how long a forward can be turned off: what is offered, and what a profile says now. */
export function turnOffChoices(minutes: number): Choice[] {
  return choices(TURN_OFFS, minutes, text.options.turnOffFor);
}

/**
 * Minutes that somebody typed, in any language that the window speaks: `90`, `90 min`, `2 h`, `1 h 30 min`, `1:30`, `2 days`, `never`. Null for what is no time, or too
 * long a one.
 */
export function readMinutes(typed: string): number | null {
  const words = typed.trim().toLowerCase();
  if (words === "never" || words === "nie") return 0;
  const clock = /^(\d+):(\d\d)$/.exec(words);
  const plain = new RegExp(`^${NUMBER}$`).exec(words);
  const parts = clock
    ? [words, "0", clock[1], clock[2]]
    : plain
      ? [words, "0", "0", plain[1]]
      : TIME.exec(words);
  if (words === "" || parts === null) return null;
  const [days = 0, hours = 0, minutes = 0] = parts
    .slice(1)
    .map((part) => Number((part ?? "0").replace(",", ".")));
  const sum = Math.round((days * 24 + hours) * 60 + minutes);
  // Less than half a minute must not become never.
  if (sum > LONGEST_ON || (sum === 0 && days + hours + minutes > 0)) return null;
  return sum;
}

function choices(offered: number[], value: number, label: (value: number) => string): Choice[] {
  const all = offered.includes(value) ? offered : [value, ...offered];
  return all.map((each) => ({ value: String(each), label: label(each) }));
}
