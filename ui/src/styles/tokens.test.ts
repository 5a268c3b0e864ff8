import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** Each declaration of a style outside the tokens, with the file it is in. */
const declarations = readdirSync(ROOT, { recursive: true, encoding: "utf8" })
  .filter((file) => /\.(svelte|css)$/.test(file) && !file.endsWith("tokens.css"))
  .flatMap((file) => {
    const all = readFileSync(join(ROOT, file), "utf8");
    const css = file.endsWith(".css") ? all : (/<style>([^]*)<\/style>/.exec(all)?.[1] ?? "");
    return stylesOf(css).map(({ property, value }) => ({ file, property, value }));
  });

const tokens = readFileSync(join(ROOT, "styles/tokens.css"), "utf8");

/** What a style must not say, and instead of what. */
const rules: { name: string; of: RegExp; never: RegExp }[] = [
  { name: "a colour of its own", of: /./, never: /#[\da-f]{3,8}\b|\b(rgb|hsl|oklch|lab)a?\(/i },
  // One or two pixels are what has to be moved by eye.
  {
    name: "a distance that is no token",
    of: /^(gap|row-gap|column-gap|(padding|margin)(-.+)?)$/,
    never: /(?<![\d.])([3-9]|\d{2,}|\d*\.\d+)px/,
  },
  { name: "a size of text that is no token", of: /^font(-size)?$/, never: /\dpx/ },
  { name: "a height of lines that is no token", of: /^line-height$/, never: /\dpx/ },
  { name: "a radius that is no token", of: /^border-(.+-)?radius$/, never: /\dpx/ },
  { name: "a duration that is no token", of: /^(animation|transition)$/, never: /\dm?s\b/ },
  { name: "a layer that is no token", of: /^z-index$/, never: /\d{2,}/ },
  // Icons are 14 px where text is small; lines are 1 or 2 px.
  {
    name: "a size off the grid of 4 px",
    of: /^((min-|max-)?(width|height)|grid-template(-.+)?|flex(-basis)?)$/,
    never: offGrid([1, 2, 14]),
  },
];

test.each(rules)("no style has $name", ({ of, never }) => {
  expect(declarations.length).toBeGreaterThan(500);
  const broken = declarations
    .filter(({ property, value }) => of.test(property) && never.test(value))
    .map(({ file, property, value }) => `${file}: ${property}: ${value}`);
  expect(broken).toEqual([]);
});

test("tokens are all used, what is used is a token, and both themes have the same colours", () => {
  const [light = "", dark = ""] = tokens.split('[data-theme="dark"]');
  const names = (css: string) => new Set([...css.matchAll(/^\s*(--[a-z\d-]+):/gm)].map(([, name]) => name));
  const coloured = new Set([...light.matchAll(/^\s*(--[a-z\d-]+): .*(#|rgb)/gm)].map(([, name]) => name));
  expect(names(dark)).toEqual(coloured);
  const used = new Set(
    [...declarations.map(({ value }) => value), tokens].flatMap((value) =>
      [...value.matchAll(/var\((--[a-z\d-]+)/g)].map(([, name]) => name),
    ),
  );
  // Of the colour that a person chose, set by a class.
  used.delete("--colour");
  expect([...used].filter((name) => !names(light).has(name))).toEqual([]);
  expect([...names(light)].filter((name) => !used.has(name))).toEqual([]);
});

test.each<[string, RegExp, boolean]>([
  ["12px", offGrid([1]), false],
  ["1px", offGrid([1]), false],
  ["minmax(0, 10px)", offGrid([1]), true],
  ["6.5px", offGrid([1]), true],
])("%s is off the grid: %s", (value, never, off) => {
  expect(never.test(value)).toBe(off);
});

function offGrid(allowed: number[]): RegExp {
  const fine = [...allowed, ...Array.from({ length: 300 }, (_, index) => 4 * index)];
  return new RegExp(`(?<![\\d.])(?!(${fine.join("|")})px)\\d+(\\.\\d+)?px`);
}

function stylesOf(css: string): { property: string; value: string }[] {
  const plain = css.replaceAll(/\/\*[^]*?\*\//g, "");
  return [...plain.matchAll(/(?<=[{;]\s*)([a-z-]+):\s*([^;{}]+);/g)].map(([, property = "", value = ""]) => ({
    property,
    value,
  }));
}
