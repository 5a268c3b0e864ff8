import { locale } from "../text";

const collators = new Map<string, Intl.Collator>();

/** The order of two names as the language sorts them: numbers by value, capitals as small letters. */
export function compareNames(a: string, b: string): number {
  const key = locale();
  let collator = collators.get(key);
  if (collator === undefined) {
    collator = new Intl.Collator(key, { numeric: true, sensitivity: "base" });
    collators.set(key, collator);
  }
  return collator.compare(a, b);
}
