import type { Backend } from "../backend/backend";
import { problemOf } from "../backend/problem";
import type { Browsed, ContextRef, Problem, Update } from "../backend/types";

/** Where to look: at the namespaces, or in one. */
export interface Place {
  context: ContextRef;
  namespace: string | null;
}

/** Who looks. */
export interface Looker {
  /** It begins anew: what follows tells everything again. */
  begun(): void;
  browsed(browsed: Browsed): void;
  ended(problem: Problem): void;
}

/** Looks at what there is in clusters; the engine tells what changes until they are stopped. */
export class Looks {
  readonly #lookers = new Map<number, Looker>();
  /** What is to be begun again. */
  readonly #wanted = new Set<() => void>();
  // What is still on its way to a look that was begun again is known by its old number.
  #last = 0;

  constructor(readonly backend: Backend) {}

  /** Begins to look. What it answers stops. */
  begin(place: Place, looker: Looker): () => void {
    let look = this.#ask(place, looker);
    const again = () => {
      look = this.#ask(place, looker);
    };
    this.#wanted.add(again);
    return () => {
      this.#wanted.delete(again);
      if (this.#lookers.delete(look)) this.#stop(look);
    };
  }

  /** Takes in what the engine tells. */
  hear(update: Update): void {
    if (update.type === "snapshot") {
      // Something was missed, or the engine has stopped because nobody listened.
      for (const look of this.#lookers.keys()) this.#stop(look);
      this.#lookers.clear();
      for (const again of this.#wanted) again();
      return;
    }
    const { event } = update.event;
    if (event.type === "browsed") this.#lookers.get(event.look)?.browsed(event.browsed);
    if (event.type === "lookEnded") this.#end(event.look, event.problem);
  }

  #ask({ context, namespace }: Place, looker: Looker): number {
    const look = ++this.#last;
    this.#lookers.set(look, looker);
    looker.begun();
    const where = namespace === null ? {} : { namespace };
    this.backend
      .execute({ type: "look", look, context, ...where })
      .catch((thrown: unknown) => this.#end(look, problemOf(thrown)));
    return look;
  }

  #stop(look: number): void {
    // One that the engine does not know any more is stopped.
    this.backend.execute({ type: "stopLooking", look }).catch(() => undefined);
  }

  #end(look: number, problem: Problem): void {
    const looker = this.#lookers.get(look);
    this.#lookers.delete(look);
    looker?.ended(problem);
  }
}
