import { ask, type Backend } from "../backend/backend";
import { problemOf } from "../backend/problem";
import type { Ladder, LadderStep, Problem, Subject, Update } from "../backend/types";

/** What is known of a diagnosis. */
export interface Why {
  readonly subject: Subject;
  /** From the person's computer to the program in the pod, as far as they are known. */
  readonly steps: readonly LadderStep[];
  /** The whole of it, once it has ended. */
  readonly ladder: Ladder | null;
  /** Why it did not come to an end. */
  readonly problem: Problem | null;
}

/** Follows one diagnosis at a time; what comes from earlier ones is passed over. */
export class LadderFollower {
  #run: number;
  #why: Why | null = null;

  constructor(
    readonly backend: Backend,
    /** Is given what is known, whenever that has changed. */
    readonly show: (why: Why | null) => void,
    /** Runs are counted up from here, so that those of a window that was loaded anew are others. */
    first = Math.floor(Math.random() * 2 ** 30),
  ) {
    this.#run = first;
  }

  /** Begins to find out why something does not work. */
  async begin(subject: Subject): Promise<void> {
    const run = ++this.#run;
    this.#know({ subject, steps: [], ladder: null, problem: null });
    try {
      const { ladder } = await ask(this.backend, { type: "diagnose", subject, run }, "ladder");
      if (run === this.#run) this.#know({ subject, steps: ladder.steps, ladder, problem: null });
    } catch (thrown) {
      if (run !== this.#run || this.#why === null) return;
      this.#know({ ...this.#why, problem: problemOf(thrown) });
    }
  }

  /** Nobody looks any more. */
  leave(): void {
    this.#run += 1;
    this.#know(null);
  }

  /** Takes in what the engine tells. */
  hear(update: Update): void {
    if (update.type === "snapshot" || this.#why === null) return;
    const { event } = update.event;
    // What is told after the end is older than the end.
    if (event.type !== "ladderStep" || event.run !== this.#run || this.#why.ladder !== null) return;
    const steps = [...this.#why.steps];
    steps[event.index] = event.step;
    this.#know({ ...this.#why, steps });
  }

  #know(why: Why | null): void {
    this.#why = why;
    this.show(why);
  }
}
