import { keep, readKept } from "./kept";

/** The latest uses that are remembered of each kind: as many as the longest list that is meant to be quick. */
const MOST = 500;

/** What was used last: choices of the palette, or namespaces. The latest first. */
export class Recents {
  list: readonly string[] = $state.raw([]);

  constructor(readonly key: string) {
    const kept = readKept(key);
    if (Array.isArray(kept)) this.list = kept.filter((id) => typeof id === "string").slice(0, MOST);
  }

  note(id: string): void {
    this.list = [id, ...this.list.filter((known) => known !== id)].slice(0, MOST);
    keep(this.key, this.list);
  }
}
