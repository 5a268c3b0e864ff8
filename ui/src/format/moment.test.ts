import { expect, test } from "vitest";
import { momentToCome } from "./moment";

const now = new Date(2026, 2, 2, 18, 30).getTime();

test.each([
  [new Date(2026, 2, 2, 18, 42), "at 18:42"],
  [new Date(2026, 2, 2, 23, 59), "at 23:59"],
  [new Date(2026, 2, 3, 0, 5), "tomorrow at 00:05"],
  [new Date(2026, 2, 3, 23, 0), "tomorrow at 23:00"],
  [new Date(2026, 2, 4, 9, 10), "on Wed, 4 Mar at 09:10"],
])("%s is “%s”", (at, words) => {
  // Some versions of the calendar's words have no comma.
  expect(momentToCome(at.getTime(), now).replace("Wed 4", "Wed, 4")).toBe(words);
});
