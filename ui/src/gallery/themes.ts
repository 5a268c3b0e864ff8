/** Makes classes `theme-light` and `theme-dark` of what the tokens say for each theme, so that both fit into one page. */
export function themesSideBySide(): void {
  const light: string[] = [];
  const dark: string[] = [];
  for (const rule of [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules])) {
    if (!(rule instanceof CSSStyleRule)) continue;
    if (rule.selectorText === ":root") light.push(rule.style.cssText);
    if (/^:root\[data-theme="?dark"?\]$/.test(rule.selectorText)) dark.push(rule.style.cssText);
  }
  if (dark.length === 0) throw new Error("the style sheet has no dark theme");
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
