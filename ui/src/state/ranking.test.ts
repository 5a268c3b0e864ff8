import { expect, test } from "vitest";
import { pieces, rank } from "./ranking";

const score = (search: string, ...words: string[]) =>
  rank(
    search,
    words.map((each) => ({ words: each, weight: 1 })),
  )?.score ?? null;

test.each([
  ["all of it over its start", "web", "web", "web shop"],
  ["its start over a word of it", "web", "web shop", "shop web"],
  ["a word of it over the middle of one", "shop", "my shop", "workshop"],
  ["together over apart", "ord", "border", "orders rows database".replace("ord", "o-r-d")],
  ["few gaps over many", "odb", "orders db", "one dub by"],
])("%s", (_, search, better, worse) => {
  expect(score(search, better)).toBeGreaterThan(score(search, worse) ?? Infinity);
});

test.each([
  ["odb", "orders-database", true],
  ["ordb", "orders-db", true],
  ["cat", "CATALOG", true],
  ["rdb", "orders-db", false],
  ["db orders", "orders-db", true],
  ["orders 5432", "orders-db", false],
  ["5432", "54 32", false],
  ["nothing", "n o t h i n k", false],
  ["ab", "a lot of letters and then b", false],
])("whether “%s” is found in “%s”: %s", (search, words, found) => {
  expect(score(search, words) !== null).toBe(found);
});

test("each word has to occur in some field, and the weight of the field counts", () => {
  const fields = [
    { words: "orders", weight: 1 },
    { words: "shop", weight: 0.5 },
  ];
  expect(rank("shop orders", fields)?.ranges).toEqual([[{ start: 0, end: 6 }], [{ start: 0, end: 4 }]]);
  expect(rank("shop nothing", fields)).toBeNull();
  expect(rank("orders", fields)?.score).toBe(2 * (rank("shop", fields)?.score ?? 0));
  expect(rank(" ", fields)?.score).toBe(0);
});

test("what fits is marked, once where words overlap", () => {
  const words = "orders-db";
  const found = rank("ord orders odb", [{ words, weight: 1 }]);
  expect(pieces(words, found?.ranges[0] ?? [])).toEqual([
    { words: "orders", fits: true },
    { words: "-", fits: false },
    { words: "db", fits: true },
  ]);
  expect(pieces("plain", [])).toEqual([{ words: "plain", fits: false }]);
});
