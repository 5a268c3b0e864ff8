export type { Catalogue } from "./catalogue";
export { language, locale, reshape, speak, text } from "./current.svelte";
export { type LanguageName, spoken } from "./language";
