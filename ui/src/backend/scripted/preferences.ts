import { BackendError } from "../backend";
import { usualPreferences } from "../preferences";
import type { Command, Event, Preferences, Reply, StartAtLogin } from "../types";
import { problem } from "./problem";

/** What the person prefers, and whether the system starts Culvert. */
export class ScriptedPreferences {
  current: Preferences;
  startAtLogin: StartAtLogin = { type: "off" };

  /** `stubborn`: the disk is full, and the system's list cannot be written. */
  constructor(
    preferences: Partial<Preferences>,
    readonly stubborn: boolean,
    readonly tell: (event: Event) => void,
  ) {
    this.current = { ...usualPreferences, ...preferences };
  }

  /** Does what a command says; null where it is for somebody else. */
  execute(command: Command): Reply | null {
    switch (command.type) {
      case "setPreferences": {
        const { preferences } = command;
        if (this.stubborn) throw new BackendError(unsaved);
        if (!addresses(preferences.bindAddress)) throw new BackendError(noAddress(preferences.bindAddress));
        this.current = { ...preferences, bindAddress: preferences.bindAddress.trim() || "localhost" };
        this.tell({ type: "preferencesChanged", preferences: this.current });
        return { type: "done" };
      }
      case "setStartAtLogin":
        if (this.stubborn) throw new BackendError(unchanged);
        this.startAtLogin = { type: command.on ? "on" : "off" };
        this.tell({ type: "startAtLoginChanged", startAtLogin: this.startAtLogin });
        return { type: "done" };
      case "readStartAtLogin":
        return { type: "done" };
      default:
        return null;
    }
  }
}

function addresses(typed: string): boolean {
  return typed.split(",").every((part) => /^\s*(localhost|[\d.]{7,15}|[\da-f]*:[\d:a-f.]*|)\s*$/i.test(part));
}

const unsaved = problem("profileStore", {
  what: "Your settings cannot be saved.",
  why: "/home/ada/.config/culvert/preferences.json cannot be written: no space left on device.",
  remedy: "Make room on the disk or allow writing there, then try again.",
});
const unchanged = problem("startAtLogin", {
  what: "Starting at login could not be changed.",
  why: "The system’s list of programs to start could not be written: permission denied.",
  remedy: "Allow writing there, or use the system’s own settings for programs that start at login.",
});
const noAddress = (typed: string) =>
  problem("badInput", {
    what: "The local address is not understood.",
    why: `“${typed}” is neither localhost nor an IP address.`,
    remedy: "Correct it, then try again.",
  });
