export type { Catalogue } from "./catalogue";
export { language, locale, speak, text } from "./current.svelte";
export { type LanguageName, spoken } from "./language";
