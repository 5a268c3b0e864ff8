import { createSubscriber } from "svelte/reactivity";
import type { ProfileId, Update } from "../backend/types";
import { RateHistory, type Rates } from "./rates";

/**
 * How fast bytes move, for components to read: they are told once a second, and not at all while nothing is to be seen. Where
 * no component reads it, no second is counted.
 */
export class Pulse {
  readonly #history = new RateHistory();
  /** The second that is running. */
  #second = $state(0);
  #timer: ReturnType<typeof setTimeout> | null = null;
  #isRead = false;
  readonly #subscribe = createSubscriber(() => {
    const wake = () => this.#wake();
    this.#isRead = true;
    this.#second = currentSecond();
    this.#wake();
    document.addEventListener("visibilitychange", wake);
    return () => {
      this.#isRead = false;
      document.removeEventListener("visibilitychange", wake);
      if (this.#timer !== null) clearTimeout(this.#timer);
      this.#timer = null;
    };
  });

  /** Takes in what the engine tells. */
  hear(update: Update): void {
    if (update.type === "snapshot") {
      this.#history.begin(update.snapshot.forwards);
      this.#second = currentSecond();
    } else if (this.#history.hear(update.event)) this.#wake();
  }

  /** What moved in each of the last seconds that are over. */
  of(id: ProfileId, seconds?: number): Rates {
    this.#subscribe();
    return this.#history.before(this.#second, id, seconds);
  }

  /** The second that is running, since 1970. */
  get second(): number {
    this.#subscribe();
    return this.#second;
  }

  /** Goes on from second to second while there is something to see and somebody who sees it. */
  #wake(): void {
    if (!this.#isRead || this.#timer !== null || document.hidden) return;
    // A little late rather than early: what moved at the end of a second is told up to a quarter of one later.
    const wait = 1000 - (Date.now() % 1000) + LATE_MS;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#second = currentSecond();
      if (this.#history.moves(this.#second)) this.#wake();
    }, wait);
  }
}

/** How long after its end a second is shown. */
const LATE_MS = 20;

function currentSecond(): number {
  return Math.floor(Date.now() / 1000);
}
