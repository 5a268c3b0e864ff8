import { ask, type Backend } from "../backend/backend";
import type { ProfileId, TimelineEntry, Update } from "../backend/types";
import { mergeEntries } from "./timeline";

/** What is known of a forward's past. */
export interface Past {
  /** The latest first. */
  readonly entries: readonly TimelineEntry[];
  /** Whether what happened before is known. */
  readonly loaded: boolean;
}

/** What is known before anything is. */
export const unknownPast: Past = { entries: [], loaded: false };

/** Follows the timeline of the forward that is looked at: asks for it once, then keeps it up to date by events. */
export class TimelineFollower {
  #past: Past = unknownPast;
  #id: ProfileId | null = null;
  /** What was heard since the question; null when none is under way. */
  #heard: TimelineEntry[] | null = null;

  constructor(
    readonly backend: Backend,
    /** Is given what is known, whenever that has changed. */
    readonly show: (past: Past) => void,
  ) {}

  /** Follows this forward and no other. */
  follow(id: ProfileId): void {
    this.#id = id;
    this.#know(unknownPast);
    void this.#ask(id);
  }

  /** Follows none. */
  leave(): void {
    this.#id = null;
    this.#heard = null;
  }

  /** Takes in what the engine tells. */
  hear(update: Update): void {
    if (this.#id === null) return;
    if (update.type === "snapshot") {
      // Something was missed.
      void this.#ask(this.#id);
      return;
    }
    const { event } = update.event;
    if (event.type !== "happened" || event.id !== this.#id) return;
    this.#heard?.push(event.entry);
    this.#know({ ...this.#past, entries: mergeEntries(this.#past.entries, [event.entry]) });
  }

  async #ask(id: ProfileId): Promise<void> {
    const heard: TimelineEntry[] = [];
    this.#heard = heard;
    let entries: TimelineEntry[] = [];
    try {
      ({ entries } = await ask(this.backend, { type: "timeline", id }, "timeline"));
    } catch {
      // A forward that is gone has no past; its panel is about to close.
    }
    // Another question came later, or nobody looks any more.
    if (this.#heard !== heard) return;
    this.#heard = null;
    this.#know({ entries: mergeEntries(mergeEntries([], entries), heard), loaded: true });
  }

  #know(past: Past): void {
    this.#past = past;
    this.show(past);
  }
}
