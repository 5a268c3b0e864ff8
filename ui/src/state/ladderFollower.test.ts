import { expect, test } from "vitest";
import type { Backend } from "../backend/backend";
import type { Command, Ladder, LadderStep, Reply, Update } from "../backend/types";
import { LadderFollower, type Why } from "./ladderFollower";

const subject = { type: "forward", id: "a" } as const;
const step = (detail: string): LadderStep => ({
  rung: "name",
  outcome: { type: "passed" },
  detail,
  tookMs: 1,
});
const ladder: Ladder = { title: "a", atMs: 0, steps: [step("end")], text: "all" };
const told = (run: number, index: number, detail: string): Update => ({
  type: "event",
  event: { number: 1, atMs: 0, event: { type: "ladderStep", run, index, step: step(detail) } },
});

function follower() {
  const answers: ((reply: Reply) => void)[] = [];
  const runs: number[] = [];
  const execute = (command: Command) => {
    if (command.type === "diagnose") runs.push(command.run);
    return new Promise<Reply>((resolve) => answers.push(resolve));
  };
  const shown: { why: Why | null } = { why: null };
  const one = new LadderFollower({ execute } as unknown as Backend, (why) => (shown.why = why), 10);
  return { one, answers, runs, shown };
}

test("steps are shown as they come, and the end has the last word", async () => {
  const { one, answers, runs, shown } = follower();
  const end = one.begin(subject);
  expect(runs).toEqual([11]);
  one.hear(told(11, 0, "first"));
  one.hear(told(11, 0, "first, better"));
  expect(shown.why?.steps.map(({ detail }) => detail)).toEqual(["first, better"]);
  answers[0]?.({ type: "ladder", ladder });
  await end;
  expect(shown.why?.ladder).toBe(ladder);
  one.hear(told(11, 0, "late"));
  expect(shown.why?.steps.map(({ detail }) => detail)).toEqual(["end"]);
});

test("what comes from a run that nobody looks at any more is passed over", async () => {
  const { one, answers, shown } = follower();
  const first = one.begin(subject);
  void one.begin(subject);
  one.hear(told(11, 0, "of the first"));
  answers[0]?.({ type: "ladder", ladder });
  await first;
  expect(shown.why).toMatchObject({ steps: [], ladder: null });
  one.leave();
  one.hear(told(12, 0, "of the second"));
  expect(shown.why).toBeNull();
});

test("a run that fails keeps what it found and says why it ended", async () => {
  const shown: { why: Why | null } = { why: null };
  let fail: (why: Error) => void = () => undefined;
  const execute = () => new Promise<Reply>((_, reject) => (fail = reject));
  const one = new LadderFollower({ execute } as unknown as Backend, (why) => (shown.why = why), 0);
  const end = one.begin(subject);
  one.hear(told(1, 0, "found"));
  fail(new Error("gone"));
  await end;
  expect(shown.why).toMatchObject({ ladder: null, problem: { code: "internal", why: "gone" } });
  expect(shown.why?.steps).toHaveLength(1);
});
