import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { locale, speak, text } from "../text";
import { formatBytes } from "./bytes";
import { lasting } from "./lasting";
import { momentToCome } from "./moment";
import { plural } from "./plural";
import { compareNames } from "./sorting";
import { formatDay, formatTook } from "./timeline";

const now = new Date(2026, 2, 2, 18, 30).getTime();

describe("in German", () => {
  beforeAll(() => speak("de", ["en-US"]));
  afterAll(() => speak("en", []));

  test("what is said now is German, also of a part of the catalogue that is kept", async () => {
    const { list } = text;
    expect(locale()).toBe("de-DE");
    expect(list.newForward).toBe("Neue Weiterleitung");
    await speak("en", []);
    expect(list.newForward).toBe("New forward");
    expect(Object.keys(text.kind)).toContain("pod");
    await speak("de", []);
  });

  test.each([
    [999, "999 B"],
    [1234, "1,2 KB"],
    [7_000_000_000_000_000, "7.000 TB"],
  ])("%d bytes are %s", (bytes, words) => expect(formatBytes(bytes)).toBe(words));

  test.each([
    [3600, "1 Stunde"],
    [5400, "1 Stunde 30 Minuten"],
    [20, "20 Sekunden"],
    [0, ""],
  ])("%d seconds are “%s”", (seconds, words) => expect(lasting(seconds)).toBe(words));

  test("times and days", () => {
    expect(formatTook(1234)).toBe("1,2 s");
    expect(formatTook(0.3)).toBe("0,3 ms");
    expect(formatDay(new Date(2026, 2, 7).getTime(), now)).toBe("7. März");
    expect(momentToCome(new Date(2026, 2, 2, 18, 42).getTime(), now)).toBe("um 18:42 Uhr");
    expect(momentToCome(new Date(2026, 2, 3, 9, 10).getTime(), now)).toBe("morgen um 09:10 Uhr");
  });

  test("umlauts are sorted as in a dictionary", () => {
    expect(["Zebra", "Österreich", "oben", "Ort", "b10", "b9"].sort(compareNames)).toEqual([
      "b9",
      "b10",
      "oben",
      "Ort",
      "Österreich",
      "Zebra",
    ]);
  });
});

test.each([
  [0, "0 forwards"],
  [1, "1 forward"],
  [2, "2 forwards"],
  [1500, "1,500 forwards"],
])("%d has its form in English", (count, words) => {
  expect(plural(count, { one: "# forward", other: "# forwards" })).toBe(words);
});
