import { onDestroy } from "svelte";
import { problemOf } from "../backend/problem";
import type { KeepSecret, Problem, ProblemCode } from "../backend/types";

/** Where a problem with signing in is shown. */
export type Place = "server" | "certificate" | "credentials" | "keyring" | "all";

const PLACES: Partial<Record<ProblemCode, Place>> = {
  unreachable: "server",
  proxy: "server",
  untrusted: "certificate",
  badLogin: "credentials",
  unauthorized: "credentials",
  keyring: "keyring",
};

/** The field that a problem belongs to. */
export function placeOf(problem: Problem): Place {
  return PLACES[problem.code] ?? "all";
}

/** One thing that is tried with the engine, perhaps several times: whether it is under way, and what came of it. */
export class Attempt {
  busy = $state(false);
  problem: Problem | null = $state.raw(null);
  #number = 0;

  /** The problem, where it belongs to this place. */
  at(place: Place): Problem | null {
    return this.problem !== null && placeOf(this.problem) === place ? this.problem : null;
  }

  /**
   * Answers what came of it; null where it failed, is under way already, or was given up meanwhile. It may ask after each
   * wait whether it was given up: then it does nothing more.
   */
  async run<T>(what: (isCurrent: () => boolean) => Promise<T>): Promise<T | null> {
    if (this.busy) return null;
    const number = ++this.#number;
    const isCurrent = () => number === this.#number;
    this.busy = true;
    this.problem = null;
    try {
      const result = await what(isCurrent);
      return isCurrent() ? result : null;
    } catch (thrown) {
      if (isCurrent()) this.problem = problemOf(thrown);
      return null;
    } finally {
      if (isCurrent()) this.busy = false;
    }
  }

  /** Takes no notice any more of what is under way. */
  giveUp(): void {
    this.#number += 1;
    this.busy = false;
    this.problem = null;
  }
}

/** An attempt of the component that is being made: nobody waits for it once that is gone. */
export function attemptHere(): Attempt {
  const attempt = new Attempt();
  onDestroy(() => attempt.giveUp());
  return attempt;
}

/** Where the secret goes; the keyring unless the person said otherwise. */
export function kept(session: boolean): KeepSecret {
  return session ? "session" : "keyring";
}
