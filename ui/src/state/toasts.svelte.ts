import type { Problem } from "../backend/types";
import { text } from "../text";

/** Long enough to read a line and reach for the button. */
const SHOWN_MS = 10_000;
/** More than this many at once hide the window; the oldest that only say something go first. */
const MOST = 3;
/** Acts that can be taken back one after another. */
const MOST_ACTS = 20;

/** A short message at the edge of the window. */
export interface Toast {
  id: number;
  title: string;
  body: string | null;
  tone: "plain" | "problem";
  /** A newer message about the same takes the place of this one. */
  about: string | null;
  action: Offer | null;
}

/** What can be done about a message. */
export interface Offer {
  label: string;
  run: () => void;
}

/** How something was done. */
interface Doing {
  about?: string | null;
  lasts?: boolean;
}

/** Something that can be taken back. */
interface Act {
  run: () => void;
  about: string | null;
  lasts: boolean;
}

/** The messages that are shown now. */
export class Toasts {
  list: Toast[] = $state.raw([]);
  /** Dialogs that are open: nothing beside the topmost can be seen well, pressed or heard, so that it shows them. */
  dialogs = $state(0);
  #next = 1;
  /** What can be taken back, the latest last, also when its message has gone. */
  #acts: Act[] = [];
  #timers: Record<number, ReturnType<typeof setTimeout>> = {};

  show(title: string, action: Offer | null = null, about: string | null = null): void {
    const same = about === null ? undefined : this.of(about);
    if (same !== undefined) this.dismiss(same.id);
    this.#add({ id: this.#next++, title, body: null, tone: "plain", about, action });
  }

  /**
   * Says what was done and offers to take it back, which can be done once. With `about` it is taken back together with what
   * was done before about the same and is shown still. What does not last can be taken back only as long as it is shown.
   */
  done(title: string, undo: () => void, { about = null, lasts = true }: Doing = {}): void {
    const run = () => {
      this.#acts = this.#acts.filter((act) => act.run !== run);
      undo();
    };
    const joins = (act: Act) => about !== null && act.about === about && this.#shown(act) !== undefined;
    const others = this.#acts.filter((act) => !joins(act));
    this.#acts = [...others, { run, about, lasts }].slice(-MOST_ACTS);
    this.show(title, { label: text.toast.undo, run }, about);
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

  /** Takes the latest act back that can be. */
  undo(): void {
    const act = this.#acts.findLast((each) => each.lasts || this.#shown(each) !== undefined);
    if (act === undefined) return;
    const toast = this.#shown(act);
    if (toast !== undefined) this.dismiss(toast.id);
    act.run();
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

  /** The message that offers to take this back, if it is shown still. */
  #shown({ run }: Act): Toast | undefined {
    return this.list.find(({ action }) => action?.run === run);
  }

  #add(toast: Toast): void {
    while (this.list.length >= MOST) {
      const [first] = this.list;
      // What offers something is needed longer.
      const old = this.list.find(({ action, tone }) => action === null && tone === "plain") ?? first;
      if (old !== undefined) this.dismiss(old.id);
    }
    this.list = [...this.list, toast];
    this.release(toast.id);
  }
}
