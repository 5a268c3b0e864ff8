import type { Preferences } from "./types";

/** What is preferred where nobody has said anything. The engine's are the same. */
export const usualPreferences: Preferences = {
  theme: "system",
  language: "system",
  bindAddress: "localhost",
  holdSeconds: 30,
  keepUnusedMinutes: 10,
  notifications: true,
  onClose: "keepRunning",
  toldOfTray: false,
};
