import { createSubscriber } from "svelte/reactivity";

/** The time in milliseconds since 1970, moving on each second while somebody reads it in a component. */
class Clock {
  #subscribe = createSubscriber((update) => {
    // A window that nobody sees has no work; it is right again once it is seen.
    const timer = setInterval(() => document.hidden || update(), 1000);
    document.addEventListener("visibilitychange", update);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", update);
    };
  });

  get now(): number {
    this.#subscribe();
    return Date.now();
  }
}

export const clock = new Clock();
