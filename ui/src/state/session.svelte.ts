import type { Backend, Errand } from "../backend/backend";
import type { ForwardView, Problem, ProfileId, Update } from "../backend/types";
import { LadderFollower, type Why } from "./ladderFollower";
import { Looks } from "./looks";
import { applyUpdate, emptyModel, type Model } from "./model";
import { type Past, TimelineFollower, unknownPast } from "./timelineFollower";

/** Updates that wait to be heard at most. So many come only while nothing is drawn, and are taken in together then. */
const MOST_WAITING = 1_000;

/** What the engine has told us, for components to read. */
export class Session {
  model: Model = $state.raw(emptyModel);
  #dismissed: Problem | null = $state.raw(null);
  #waiting: Update[] = [];
  #planned = false;
  /** What is known, shown or not. */
  #latest: Model = emptyModel;

  /** Of the forward that is looked at. */
  past: Past = $state.raw(unknownPast);
  readonly timeline: TimelineFollower;
  readonly looks: Looks;
  /** The diagnosis that is looked at. */
  why: Why | null = $state.raw(null);
  readonly ladder: LadderFollower;

  /** `onErrand`: the tray has the window do something. */
  constructor(
    readonly backend: Backend,
    readonly onErrand: (errand: Errand) => void,
  ) {
    this.looks = new Looks(backend);
    this.timeline = new TimelineFollower(backend, (past) => (this.past = past));
    this.ladder = new LadderFollower(backend, (why) => (this.why = why));
  }

  /** Starts to listen. */
  start(): Promise<void> {
    return this.backend.listen((update) => {
      this.#waiting.push(update);
      if (this.#waiting.length >= MOST_WAITING) this.#hear();
      this.#plan();
    }, this.onErrand);
  }

  /** Shows together what comes before the next frame. A window that nobody sees draws none, and has no work. */
  #plan(): void {
    if (this.#planned) return;
    this.#planned = true;
    requestAnimationFrame(() => {
      this.#planned = false;
      this.#hear();
      this.model = this.#latest;
    });
  }

  /** What the person should know about the saved forwards and has not dismissed. */
  get notice(): Problem | null {
    const { notice } = this.model;
    // Each snapshot brings the same notice anew.
    const seen = notice?.what === this.#dismissed?.what && notice?.why === this.#dismissed?.why;
    return seen ? null : notice;
  }

  dismissNotice(): void {
    this.#dismissed = this.model.notice;
  }

  forward(id: ProfileId | null): ForwardView | undefined {
    return this.model.forwards.find(({ profile }) => profile.id === id);
  }

  #hear(): void {
    const updates = this.#waiting;
    this.#waiting = [];
    this.#latest = updates.reduce(applyUpdate, this.#latest);
    for (const update of updates) {
      this.timeline.hear(update);
      this.looks.hear(update);
      this.ladder.hear(update);
    }
  }
}
