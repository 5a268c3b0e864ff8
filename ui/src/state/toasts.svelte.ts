import type { Problem } from "../backend/types";

/** Long enough to read a line and reach for the button. */
const SHOWN_MS = 10_000;
/** More than this many at once hide the window; the oldest go first. */
const MOST = 3;

/** A short message at the edge of the window. */
export interface Toast {
  id: number;
  title: string;
  body: string | null;
  tone: "plain" | "problem";
  /** A newer message about the same takes the place of this one. */
  about: string | null;
  action: { label: string; run: () => void } | null;
}

/** The messages that are shown now. */
export class Toasts {
  list: Toast[] = $state.raw([]);
  #next = 1;
  #timers: Record<number, ReturnType<typeof setTimeout>> = {};

  show(title: string, action: Toast["action"] = null, about: string | null = null): void {
    const same = about === null ? undefined : this.of(about);
    if (same !== undefined) this.dismiss(same.id);
    this.#add({ id: this.#next++, title, body: null, tone: "plain", about, action });
  }

  /** The message about this that is shown now. */
  of(about: string): Toast | undefined {
    return this.list.find((toast) => toast.about === about);
  }

  /** A request failed; stays until it is dismissed. */
  problem(problem: Problem): void {
    const body = [problem.why, problem.remedy].filter(Boolean).join(" ");
    this.#add({ id: this.#next++, title: problem.what, body, tone: "problem", about: null, action: null });
  }

  dismiss(id: number): void {
    this.hold(id);
    this.list = this.list.filter((toast) => toast.id !== id);
  }

  /** Does what the newest message offers, if it offers something. */
  runNewest(): void {
    const toast = this.list.findLast(({ action }) => action !== null);
    if (toast === undefined) return;
    this.dismiss(toast.id);
    toast.action?.run();
  }

  /** Keeps a message while the person points at it. */
  hold(id: number): void {
    clearTimeout(this.#timers[id]);
    // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- a plain record of what runs now
    delete this.#timers[id];
  }

  /** Lets it go again. */
  release(id: number): void {
    this.hold(id);
    if (this.list.find((toast) => toast.id === id)?.tone !== "plain") return;
    this.#timers[id] = setTimeout(() => this.dismiss(id), SHOWN_MS);
  }

  #add(toast: Toast): void {
    for (const old of this.list.slice(0, Math.max(0, this.list.length + 1 - MOST))) this.dismiss(old.id);
    this.list = [...this.list, toast];
    this.release(toast.id);
  }
}
