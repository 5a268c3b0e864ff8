import { describe, expect, test } from "vitest";
import type { Backend } from "../backend/backend";
import type { Command, Reply, TimelineEntry, Update } from "../backend/types";
import { byDay, MOST_ENTRIES, mergeEntries } from "./timeline";
import { type Past, TimelineFollower, unknownPast } from "./timelineFollower";

function entry(number: number, count = 1, atMs = number * 10): TimelineEntry {
  return { number, atMs, firstMs: number * 10, count, code: "waiting", what: `${number}`, detail: "" };
}

describe("entries of a timeline", () => {
  test("are shown once each, the latest first", () => {
    const merged = mergeEntries([entry(2), entry(1)], [entry(3), entry(2)]);
    expect(merged.map(({ number }) => number)).toEqual([3, 2, 1]);
  });

  test("that happen again move up with their new count, and an old word changes nothing", () => {
    const merged = mergeEntries([entry(2), entry(1)], [entry(1, 3, 50)]);
    expect(merged.map(({ number, count }) => [number, count])).toEqual([
      [1, 3],
      [2, 1],
    ]);
    expect(mergeEntries(merged, [entry(1, 2, 40)])).toEqual(merged);
  });

  test("are bounded", () => {
    const many = Array.from({ length: MOST_ENTRIES + 5 }, (_, index) => entry(index + 1));
    const merged = mergeEntries([], many);
    expect(merged).toHaveLength(MOST_ENTRIES);
    expect(merged[0]?.number).toBe(MOST_ENTRIES + 5);
  });
});

test("entries are told by day, today without a name", () => {
  const noon = (day: number) => new Date(2026, 2, day, 12).getTime();
  const entries = [entry(4, 1, noon(8)), entry(3, 1, noon(7)), entry(2, 1, noon(7)), entry(1, 1, noon(3))];
  const days = byDay(entries, noon(8)).map((day) => [day.name, day.entries.map(({ number }) => number)]);
  expect(days).toEqual([
    [null, [4]],
    ["7 Mar", [3, 2]],
    ["3 Mar", [1]],
  ]);
});

/** A backend whose answers come when the test wants them, and what is shown of them. */
class Slow {
  past: Past = unknownPast;
  asked: string[] = [];
  #answers: ((reply: Reply) => void)[] = [];

  readonly backend = {
    execute: (command: Command) => {
      this.asked.push(command.type === "timeline" ? command.id : command.type);
      return new Promise<Reply>((resolve) => this.#answers.push(resolve));
    },
  } as unknown as Backend;
  readonly follower = new TimelineFollower(this.backend, (past) => (this.past = past));

  get numbers(): number[] {
    return this.past.entries.map(({ number }) => number);
  }

  async answer(...entries: TimelineEntry[]): Promise<void> {
    this.#answers.shift()?.({ type: "timeline", entries });
    await new Promise((resolve) => setTimeout(resolve));
  }
}

function happened(id: string, told: TimelineEntry): Update {
  return {
    type: "event",
    event: { number: 1, atMs: 0, event: { type: "happened", id, entry: told } },
  };
}

const snapshot = { type: "snapshot", snapshot: {} } as Update;

describe("who follows a timeline", () => {
  test("misses nothing that happens while the question is under way", async () => {
    const slow = new Slow();
    const { follower } = slow;
    follower.hear(happened("a", entry(9)));
    follower.follow("a");
    expect(slow.past.loaded).toBe(false);
    follower.hear(happened("a", entry(3)));
    follower.hear(happened("b", entry(4)));
    await slow.answer(entry(1), entry(2));
    expect(slow.past.loaded).toBe(true);
    expect(slow.numbers).toEqual([3, 2, 1]);
    follower.hear(happened("a", entry(4)));
    expect(slow.numbers).toEqual([4, 3, 2, 1]);
  });

  test("asks anew when events were missed, and believes the new answer", async () => {
    const slow = new Slow();
    const { follower } = slow;
    follower.follow("a");
    await slow.answer(entry(1), entry(2));
    follower.hear(snapshot);
    expect(slow.numbers).toEqual([2, 1]);
    follower.hear(happened("a", entry(1)));
    await slow.answer();
    expect(slow.numbers).toEqual([1]);
    expect(slow.asked).toEqual(["a", "a"]);
  });

  test("does not take the answer about another forward", async () => {
    const slow = new Slow();
    const { follower } = slow;
    follower.follow("a");
    follower.follow("b");
    await slow.answer(entry(1));
    expect(slow.past.entries).toEqual([]);
    await slow.answer(entry(2));
    expect(slow.past.entries).toEqual([entry(2)]);
    follower.leave();
    follower.hear(snapshot);
    expect(slow.asked).toEqual(["a", "b"]);
  });
});
