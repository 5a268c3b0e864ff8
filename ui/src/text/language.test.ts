import { expect, test } from "vitest";
import { localeOf, spoken } from "./language";

test.each([
  [[], "en"],
  [["fr-FR"], "en"],
  [["de"], "de"],
  [["de-AT", "en-GB"], "de"],
  [["fr", "de_CH", "en"], "de"],
  [["en-US", "de"], "en"],
  [["den"], "en"],
])("of %j the window speaks %s", (wants, language) => {
  expect(spoken(wants)).toBe(language);
});

test("dates and numbers follow the region of the computer where it speaks the language", () => {
  expect(localeOf("de", ["en-US", "de-AT"])).toBe("de-AT");
  expect(localeOf("de", ["en-US"])).toBe("de-DE");
  expect(localeOf("en", ["en-US"])).toBe("en-US");
  expect(localeOf("en", ["de-DE"])).toBe("en-GB");
});
