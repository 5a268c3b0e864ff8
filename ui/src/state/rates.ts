import type { ForwardView, NumberedEvent, ProfileId } from "../backend/types";

/** Seconds that are remembered of each forward: what the chart shows. */
export const REMEMBERED = 60;

/** What moved in each of the last seconds, in bytes; the latest last. */
export interface Rates {
  readonly received: readonly number[];
  readonly sent: readonly number[];
}

/** What moved in one second, in bytes. */
interface Moved {
  second: number;
  received: number;
  sent: number;
}

/** What is remembered of one forward. */
interface Track {
  /** Its counters when they were told last. */
  bytesIn: number;
  bytesOut: number;
  /** Seconds in which bytes moved, the latest last. */
  moved: Moved[];
}

/** How fast bytes move, second by second, from the counters that the engine tells. Time comes as an argument. */
export class RateHistory {
  readonly #tracks = new Map<ProfileId, Track>();

  /** Begins anew: what moved while nobody listened is not known by its seconds. */
  begin(forwards: readonly ForwardView[]): void {
    this.#tracks.clear();
    for (const { profile, bytesIn, bytesOut } of forwards) {
      this.#tracks.set(profile.id, { bytesIn, bytesOut, moved: [] });
    }
  }

  /** Takes in what the engine tells; whether bytes have moved. */
  hear({ atMs, event }: NumberedEvent): boolean {
    switch (event.type) {
      case "traffic":
        return this.#count(event.id, event.bytesIn, event.bytesOut, atMs);
      case "forwardChanged": {
        const { profile, bytesIn, bytesOut } = event.forward;
        return this.#count(profile.id, bytesIn, bytesOut, atMs);
      }
      case "forwardRemoved":
        this.#tracks.delete(event.id);
        return false;
      default:
        return false;
    }
  }

  /** The seconds before this one, which is not over yet: as many as are asked for. */
  before(second: number, id: ProfileId, count = REMEMBERED): Rates {
    const received = new Array<number>(count).fill(0);
    const sent = new Array<number>(count).fill(0);
    for (const moved of this.#tracks.get(id)?.moved ?? []) {
      const at = moved.second - second + count;
      if (at < 0 || at >= count) continue;
      received[at] = moved.received;
      sent[at] = moved.sent;
    }
    return { received, sent };
  }

  /** Whether anything moved in the seconds that are remembered before this one, or in it. */
  moves(second: number): boolean {
    for (const { moved } of this.#tracks.values()) {
      if ((moved.at(-1)?.second ?? -Infinity) >= second - REMEMBERED) return true;
    }
    return false;
  }

  #count(id: ProfileId, bytesIn: number, bytesOut: number, atMs: number): boolean {
    const known = this.#tracks.get(id);
    // Turned off and on it counts from nothing again.
    const anew = known === undefined || bytesIn < known.bytesIn || bytesOut < known.bytesOut;
    const track = anew ? { bytesIn: 0, bytesOut: 0, moved: known?.moved ?? [] } : known;
    const received = bytesIn - track.bytesIn;
    const sent = bytesOut - track.bytesOut;
    this.#tracks.set(id, { bytesIn, bytesOut, moved: track.moved });
    if (received === 0 && sent === 0) return false;
    const second = Math.floor(atMs / 1000);
    const last = track.moved.at(-1);
    if (last !== undefined && last.second >= second) {
      last.received += received;
      last.sent += sent;
    } else {
      track.moved.push({ second, received, sent });
      if (track.moved.length > REMEMBERED + 1) track.moved.shift();
    }
    return true;
  }
}

/** The fastest second, and the last one, in bytes. */
export function ratesInWords(moved: readonly number[]): { now: number; most: number } {
  return { now: moved.at(-1) ?? 0, most: Math.max(0, ...moved) };
}

/** An area under a line through these values, for a picture of this size; empty where there is nothing to see. */
export function sparkPath(values: readonly number[], width: number, height: number): string {
  const most = Math.max(0, ...values);
  if (most === 0 || values.length < 2) return "";
  const step = width / (values.length - 1);
  const points = values.map(
    (value, at) => `${(at * step).toFixed(1)} ${(height - (value / most) * (height - 1)).toFixed(1)}`,
  );
  return `M0 ${height}L${points.join("L")}L${width} ${height}Z`;
}
