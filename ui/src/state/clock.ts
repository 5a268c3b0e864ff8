import { createSubscriber } from "svelte/reactivity";

/** The time in milliseconds since 1970, moving on each second while somebody reads it in a component. */
class Clock {
  #subscribe = createSubscriber((update) => {
    const timer = setInterval(update, 1000);
    return () => clearInterval(timer);
  });

  get now(): number {
    this.#subscribe();
    return Date.now();
  }
}

export const clock = new Clock();
