/** The languages that the window speaks, by their BCP 47 names. English comes first: it is what there is for everybody else. */
export const languages = ["en", "de"] as const;

/** A language that the window speaks. */
export type LanguageName = (typeof languages)[number];

/** How each language writes dates and numbers where the computer names no region that speaks it. */
const usualRegion: Record<LanguageName, string> = { en: "en-GB", de: "de-DE" };

/** The first of the languages that a person `wants` (best first) which the window speaks; else English. */
export function spoken(wants: readonly string[]): LanguageName {
  for (const wanted of wants) {
    const name = languages.find((language) => language === baseOf(wanted));
    if (name !== undefined) return name;
  }
  return languages[0];
}

/** The locale for dates and numbers: the language in the region of the computer, where that speaks it. */
export function localeOf(language: LanguageName, computer: readonly string[]): string {
  return computer.find((locale) => baseOf(locale) === language) ?? usualRegion[language];
}

function baseOf(locale: string): string {
  return locale.toLowerCase().split(/[-_]/)[0] ?? "";
}
