import type { Theme } from "../backend/types";
import { keep, readKept } from "./kept";

const dark = () => matchMedia("(prefers-color-scheme: dark)");
let current: Theme = "system";

/** Colours the page as it was coloured last time, before anything is drawn: what the person prefers comes later. */
export function beginTheme(): void {
  const kept = readKept("theme");
  current = kept === "light" || kept === "dark" ? kept : "system";
  colour();
  dark().addEventListener("change", colour);
}

/** Colours the page as the person prefers. */
export function applyTheme(theme: Theme): void {
  if (theme === current) return;
  current = theme;
  keep("theme", theme);
  colour();
}

function colour(): void {
  const isDark = current === "dark" || (current === "system" && dark().matches);
  document.documentElement.dataset.theme = isDark ? "dark" : "light";
}
