import { problemOf } from "../backend/problem";
import type { Command, Preferences, Problem } from "../backend/types";
import type { App } from "./app";

/** One of the settings, as far as something can be wrong with it. */
export type Setting = keyof Preferences | "startAtLogin";

/** What is shown beside what the engine has told. */
export interface Changing {
  /** As they will be: with what is being saved. */
  wanted: Preferences | null;
  /** What is wrong, beside what it is about. */
  problems: Partial<Record<Setting, Problem>>;
}

export const unchanged: Changing = { wanted: null, problems: {} };

/** The settings while somebody looks at them: each change is saved at once, and what cannot be is taken back and told. */
export class Settings {
  readonly #app: App;
  readonly #show: (changing: Changing) => void;
  #changing = unchanged;
  #saving = 0;

  constructor(app: App, show: (changing: Changing) => void) {
    this.#app = app;
    this.#show = show;
  }

  /** Saves one setting; whether that worked. */
  async set<K extends keyof Preferences>(setting: K, value: Preferences[K]): Promise<boolean> {
    const before = this.#changing.wanted ?? this.#app.session.model.preferences;
    const preferences = { ...before, [setting]: value };
    this.#change({ wanted: preferences });
    this.#saving += 1;
    const saved = await this.#try(setting, { type: "setPreferences", preferences });
    this.#saving -= 1;
    // What is saved is in the model, or on its way to it.
    if (!saved) this.#change({ wanted: null });
    return saved;
  }

  async startAtLogin(on: boolean): Promise<void> {
    await this.#try("startAtLogin", { type: "setStartAtLogin", on });
  }

  /** Takes in that the engine has told of other preferences: they count once nothing is being saved. */
  told(): void {
    if (this.#saving === 0) this.#change({ wanted: null });
  }

  async #try(setting: Setting, command: Command): Promise<boolean> {
    const { [setting]: _, ...others } = this.#changing.problems;
    this.#change({ problems: others });
    try {
      await this.#app.backend.execute(command);
      return true;
    } catch (thrown) {
      this.#change({ problems: { ...this.#changing.problems, [setting]: problemOf(thrown) } });
      return false;
    }
  }

  #change(what: Partial<Changing>): void {
    this.#changing = { ...this.#changing, ...what };
    this.#show(this.#changing);
  }
}
