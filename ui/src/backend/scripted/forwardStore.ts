import { BackendError } from "../backend";
import type { Event, ForwardView, ProfileId } from "../types";
import { problem } from "./problem";

/** The forwards as they are, in their order; whoever listens hears of each change. */
export class ForwardStore {
  readonly #forwards: Map<ProfileId, ForwardView>;

  constructor(
    forwards: readonly ForwardView[],
    readonly tell: (event: Event) => void,
  ) {
    this.#forwards = new Map(forwards.map((forward) => [forward.profile.id, forward]));
  }

  get all(): ForwardView[] {
    return [...this.#forwards.values()];
  }

  find(id: ProfileId): ForwardView | undefined {
    return this.#forwards.get(id);
  }

  get(id: ProfileId): ForwardView {
    const forward = this.#forwards.get(id);
    if (forward === undefined) {
      throw new BackendError(problem("unknownProfile", { what: "This forward does not exist any more." }));
    }
    return forward;
  }

  change(id: ProfileId, what: Partial<ForwardView>): void {
    this.put({ ...this.get(id), ...what });
  }

  put(forward: ForwardView): void {
    this.keep(forward);
    this.tell({ type: "forwardChanged", forward });
  }

  /** Keeps it as it is now, and tells nobody. */
  keep(forward: ForwardView): void {
    this.#forwards.set(forward.profile.id, forward);
  }

  remove(id: ProfileId): void {
    this.#forwards.delete(id);
    this.tell({ type: "forwardRemoved", id });
  }

  reorder(ids: readonly ProfileId[]): void {
    const all = [...this.#forwards.keys()];
    const order = [...ids.filter((id) => all.includes(id)), ...all.filter((id) => !ids.includes(id))];
    const forwards = order.map((id) => this.get(id));
    this.#forwards.clear();
    for (const forward of forwards) this.#forwards.set(forward.profile.id, forward);
    this.tell({ type: "reordered", ids: order });
  }
}
