/** Makes classes `theme-light` and `theme-dark` of what the tokens say for each theme, so that both fit into one page. */
export function themesSideBySide(): void {
  const light: string[] = [];
  const dark: string[] = [];
  for (const rule of [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules])) {
    if (rule instanceof CSSStyleRule && rule.selectorText === ":root") light.push(rule.style.cssText);
    if (!(rule instanceof CSSMediaRule) || !rule.conditionText.includes("prefers-color-scheme: dark"))
      continue;
    for (const inner of rule.cssRules) if (inner instanceof CSSStyleRule) dark.push(inner.style.cssText);
  }
  const sheet = new CSSStyleSheet();
  sheet.insertRule(`.theme-light { ${light.join(" ")} color-scheme: light; }`);
  sheet.insertRule(`.theme-dark { ${light.join(" ")} ${dark.join(" ")} color-scheme: dark; }`);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}

/** The names of the tokens that begin like this, as the style sheet has them. */
export function tokens(...beginnings: string[]): string[] {
  const names = [...document.styleSheets]
    .flatMap((sheet) => [...sheet.cssRules])
    .flatMap((rule) =>
      rule instanceof CSSStyleRule && rule.selectorText === ":root" ? [...rule.style] : [],
    );
  return [...new Set(names)].filter((name) =>
    beginnings.some((beginning) => name.startsWith(`--${beginning}`)),
  );
}
