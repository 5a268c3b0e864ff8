import type { Catalogue } from "./catalogue";
import { type LanguageName, localeOf } from "./language";
import { live } from "./live";

interface Spoken {
  language: LanguageName;
  locale: string;
  catalogue: Catalogue;
}

let current: Spoken | null = $state.raw(null);
let wanted: LanguageName | null = null;
let shape = (catalogue: Catalogue) => catalogue;

// Each language is a file of its own, so that nobody loads what they do not read.
const catalogues: Record<LanguageName, () => Promise<Catalogue>> = {
  en: async () => (await import("./en")).english,
  de: async () => (await import("./de")).german,
};

/**
 * Has the window speak `language` from now on; everything on the screen changes at once. `computer` says which locales the
 * computer is set to, best first. Nothing can be read from the catalogue before this is done for the first time.
 */
export async function speak(
  language: LanguageName,
  computer: readonly string[] = navigator.languages,
): Promise<void> {
  wanted = language;
  const catalogue = shape(await catalogues[language]());
  // Somebody may have chosen another one meanwhile.
  if (wanted !== language) return;
  current = { language, locale: localeOf(language, computer), catalogue };
  if (typeof document !== "undefined") document.documentElement.lang = language;
}

/** Has the window show its texts changed in this way from now on, for tests. */
export async function reshape(as: (catalogue: Catalogue) => Catalogue): Promise<void> {
  shape = as;
  await speak(language());
}

/** What the window speaks. */
export function language(): LanguageName {
  return now().language;
}

/** The locale that dates and numbers are written in. */
export function locale(): string {
  return now().locale;
}

/**
 * Everything that the window says, in the language it speaks now. A part of it that is kept (`const words = text.list`) stays
 * up to date; a text that is kept does not, so read it where it is shown.
 */
export const text: Catalogue = live(() => now().catalogue);

function now(): Spoken {
  if (current === null) throw new Error("a text was read before the language was known");
  return current;
}
