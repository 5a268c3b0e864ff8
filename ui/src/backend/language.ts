import { type LanguageName, languages, spoken } from "../text/language";
import type { Language } from "./types";

/**
 * What the window speaks until it has heard what the person prefers. The program names it in the address of the page, so that
 * nothing is ever shown in another one.
 */
export function languageAtStart(): LanguageName {
  return named("language") ?? systemLanguage();
}

/** What the window speaks if the person prefers this. */
export function preferred(language: Language): LanguageName {
  switch (language) {
    case "english":
      return "en";
    case "german":
      return "de";
    case "system":
      return systemLanguage();
  }
}

/** As the program says; in a browser, as that does. */
function systemLanguage(): LanguageName {
  return named("system-language") ?? spoken(navigator.languages);
}

function named(parameter: string): LanguageName | undefined {
  const name = new URLSearchParams(location.search).get(parameter);
  return languages.find((language) => language === name);
}
