import { expect, test } from "vitest";
import { type Backend, BackendError } from "../backend/backend";
import { usualPreferences } from "../backend/preferences";
import { problem } from "../backend/scripted/problem";
import type { Command, Preferences } from "../backend/types";
import type { App } from "./app";
import { emptyModel } from "./model";
import { type Changing, Settings, unchanged } from "./settings";

/** An engine that keeps or refuses what it is sent, when it is told to. */
function lab() {
  const sent: Command[] = [];
  const answers: ((fails?: boolean) => void)[] = [];
  const session = { model: { ...emptyModel, preferences: usualPreferences } };
  const backend = {
    execute: (command: Command) => {
      sent.push(command);
      return new Promise((resolve, reject) => {
        answers.push((fails) => {
          if (fails) reject(new BackendError(problem("profileStore", { what: "No room." })));
          else resolve({ type: "done" });
        });
      });
    },
  } as unknown as Backend;
  let changing: Changing = unchanged;
  const settings = new Settings({ backend, session } as unknown as App, (now) => (changing = now));
  const current = () => changing.wanted ?? session.model.preferences;
  const problems = () => changing.problems;
  const tell = (preferences: Preferences) => {
    session.model = { ...session.model, preferences };
    settings.told();
  };
  return { settings, current, problems, sent, answers, tell };
}

test("a change is shown while it is being saved, and the next one has it too", async () => {
  const { settings, current, sent, answers, tell } = lab();
  const first = settings.set("theme", "dark");
  expect(current().theme).toBe("dark");
  // What is told meanwhile is older.
  tell(usualPreferences);
  const second = settings.set("holdSeconds", 10);
  const both = { ...usualPreferences, theme: "dark", holdSeconds: 10 };
  expect(sent[1]).toEqual({ type: "setPreferences", preferences: both });
  answers.forEach((answer) => answer());
  expect(await Promise.all([first, second])).toEqual([true, true]);
  expect(current()).toEqual(both);
  const elsewhere: Preferences = { ...usualPreferences, theme: "light" };
  tell(elsewhere);
  expect(current()).toEqual(elsewhere);
});

test("what cannot be saved is taken back and told where it belongs, until it is tried again", async () => {
  const { settings, current, problems, answers } = lab();
  const saving = settings.set("notifications", false);
  answers[0]?.(true);
  expect(await saving).toBe(false);
  expect(current().notifications).toBe(true);
  expect(problems().notifications?.what).toBe("No room.");
  const again = settings.set("notifications", false);
  expect(problems().notifications).toBeUndefined();
  answers[1]?.();
  expect(await again).toBe(true);
});
