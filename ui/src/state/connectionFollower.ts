import type { Backend } from "../backend/backend";
import type { Connections, ProfileId, Update } from "../backend/types";

/** Follows the open connections of the forward that is looked at: the engine tells them until it is told to stop. */
export class ConnectionFollower {
  #id: ProfileId | null = null;

  constructor(
    readonly backend: Backend,
    /** Is given them whenever they have changed; null while they are not known. */
    readonly show: (connections: Connections | null) => void,
  ) {}

  /** Follows this forward and no other. */
  follow(id: ProfileId): void {
    this.leave();
    this.#id = id;
    this.#ask(id);
  }

  /** Follows none. */
  leave(): void {
    if (this.#id === null) return;
    // One that is gone is not followed any more anyway.
    this.backend.execute({ type: "stopWatchingConnections", id: this.#id }).catch(() => undefined);
    this.#id = null;
    this.show(null);
  }

  /** Takes in what the engine tells. */
  hear(update: Update): void {
    if (this.#id === null) return;
    // Something was missed, or the engine has stopped because nobody listened.
    if (update.type === "snapshot") this.#ask(this.#id);
    else if (update.event.event.type === "connections" && update.event.event.id === this.#id)
      this.show(update.event.event.connections);
  }

  #ask(id: ProfileId): void {
    // A forward that is gone has none; its panel is about to close.
    this.backend.execute({ type: "watchConnections", id }).catch(() => undefined);
  }
}
