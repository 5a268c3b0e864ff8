import { locale } from "../text";
import { formatNumber } from "./number";

/** The forms of a text that holds a number: `#` is the number as the language writes it. */
export interface Forms extends Partial<Record<Intl.LDMLPluralRule, string>> {
  other: string;
}

const rules = new Map<string, Intl.PluralRules>();

/** The form that the language has for this number, with the number in it. */
export function plural(count: number, forms: Forms): string {
  const form = forms[rulesOf(locale()).select(count)] ?? forms.other;
  return form.replace("#", formatNumber(count));
}

function rulesOf(locale: string): Intl.PluralRules {
  let found = rules.get(locale);
  if (found === undefined) {
    found = new Intl.PluralRules(locale);
    rules.set(locale, found);
  }
  return found;
}
