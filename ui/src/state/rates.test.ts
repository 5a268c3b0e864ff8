import { expect, test } from "vitest";
import type { Event, ForwardView } from "../backend/types";
import { RateHistory, ratesInWords, REMEMBERED, sparkPath } from "./rates";

const numbered = (atMs: number, event: Event) => ({ number: 1, atMs, event });
const traffic = (atMs: number, bytesIn: number, bytesOut: number, id = "a") =>
  numbered(atMs, { type: "traffic", id, bytesIn, bytesOut });
const forward = (bytesIn: number, bytesOut: number, id = "a") =>
  ({ profile: { id }, bytesIn, bytesOut }) as ForwardView;

test("what moved is counted in the second in which it was told", () => {
  const history = new RateHistory();
  history.begin([forward(1000, 10)]);
  expect(history.hear(traffic(10_100, 1500, 10))).toBe(true);
  expect(history.hear(traffic(10_900, 1600, 15))).toBe(true);
  expect(history.hear(traffic(12_000, 1700, 15))).toBe(true);
  expect(history.hear(traffic(12_500, 1700, 15))).toBe(false);
  expect(history.before(13, "a", 4)).toEqual({ received: [0, 600, 0, 100], sent: [0, 5, 0, 0] });
  // The second that is running is not among them.
  expect(history.before(12, "a", 2).received).toEqual([600, 0]);
  expect(history.before(13, "unknown", 2).received).toEqual([0, 0]);
});

test("a forward that is turned on anew counts from nothing", () => {
  const history = new RateHistory();
  history.begin([forward(5000, 50)]);
  history.hear(numbered(20_000, { type: "forwardChanged", forward: forward(0, 0) }));
  history.hear(traffic(20_500, 70, 7));
  expect(history.before(21, "a", 1)).toEqual({ received: [70], sent: [7] });
});

test("what moved while nobody listened is not made up", () => {
  const history = new RateHistory();
  history.begin([forward(0, 0)]);
  history.hear(traffic(10_000, 500, 0));
  history.begin([forward(900_000, 0)]);
  expect(history.before(11, "a", 3).received).toEqual([0, 0, 0]);
  expect(history.moves(11)).toBe(false);
  history.hear(traffic(11_000, 900_001, 0));
  expect(history.before(12, "a", 1).received).toEqual([1]);
});

test("only the last minute is remembered, and whether there is anything in it", () => {
  const history = new RateHistory();
  history.begin([]);
  for (let second = 0; second < 500; second += 1) history.hear(traffic(second * 1000, second + 1, 0));
  expect(history.before(500, "a").received).toEqual(new Array(REMEMBERED).fill(1));
  expect(history.moves(499 + REMEMBERED)).toBe(true);
  expect(history.moves(500 + REMEMBERED)).toBe(false);
  history.hear(numbered(0, { type: "forwardRemoved", id: "a" }));
  expect(history.moves(500)).toBe(false);
});

test("the last and the fastest second are told", () => {
  expect(ratesInWords([0, 70, 30])).toEqual({ now: 30, most: 70 });
  expect(ratesInWords([])).toEqual({ now: 0, most: 0 });
});

test("the small picture reaches its height where most moved, and is none where nothing did", () => {
  expect(sparkPath([0, 0, 0], 20, 10)).toBe("");
  expect(sparkPath([0, 50, 100], 20, 10)).toBe("M0 10L0.0 10.0L10.0 5.5L20.0 1.0L20 10Z");
});
