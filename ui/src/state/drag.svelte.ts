import type { ProfileId } from "../backend/types";

/** Where what is dragged would come to lie. */
export type Drop =
  /** Before a row, or behind the last one. */
  { type: "row"; before: ProfileId | null } | { type: "group"; name: string } | { type: "favourites" };

/** Pixels that the pointer moves before it is a drag, so that a click with an unsteady hand stays one. */
const SLACK = 6;

/** Pixels from an edge of the list, inside it, where it scrolls while something is dragged. */
const EDGE = 48;
/** Pixels a millisecond at the very edge and beyond: some twenty rows a second. */
const FASTEST = 1.2;

/** How fast a list scrolls while the pointer is at this height, in pixels a millisecond; up is negative. */
export function edgeSpeed(y: number, top: number, bottom: number): number {
  // In a low list the middle stays calm.
  const edge = Math.min(EDGE, (bottom - top) / 4);
  if (edge <= 0) return 0;
  const deep = (into: number) => Math.min(Math.max(into / edge, 0), 1) * FASTEST;
  return deep(y - (bottom - edge)) - deep(top + edge - y);
}

/** What is dragged through the window, and where to. */
export class Drag {
  /** What is dragged; null while nothing is. */
  ids: readonly ProfileId[] | null = $state.raw(null);
  drop: Drop | null = $state.raw(null);
  /** Where the pointer is, in pixels of the window. */
  x = $state(0);
  y = $state(0);
  #pressed: { ids: readonly ProfileId[]; x: number; y: number } | null = null;

  /** A pointer was pressed on rows, which may become a drag of them. */
  press(ids: readonly ProfileId[], x: number, y: number): void {
    this.#pressed = { ids, x, y };
  }

  /** The pointer moved. Answers whether a drag has just begun. */
  move(x: number, y: number): boolean {
    const pressed = this.#pressed;
    if (pressed === null) return false;
    const begins = this.ids === null && Math.hypot(x - pressed.x, y - pressed.y) > SLACK;
    if (begins) this.ids = pressed.ids;
    this.x = x;
    this.y = y;
    return begins;
  }

  /** Ends it, and tells what was dragged where to; null where nothing was. */
  end(): { ids: readonly ProfileId[]; drop: Drop } | null {
    const { ids, drop } = this;
    this.cancel();
    return ids === null || drop === null ? null : { ids, drop };
  }

  cancel(): void {
    this.#pressed = null;
    this.ids = null;
    this.drop = null;
  }

  /** Whether a group is where it would be dropped. */
  isOver(name: string): boolean {
    return this.drop?.type === "group" && this.drop.name === name;
  }
}
