import type { Command, Problem, ProfileId, Reply, Update } from "./types";

/** What the window needs from the world outside it. */
export interface Backend {
  /**
   * Starts the stream of updates: first a snapshot, then numbered events. `onErrand` hears of what the tray has the
   * window do, and of files that are dropped on it.
   */
  listen(onUpdate: (update: Update) => void, onErrand: (errand: Errand) => void): Promise<void>;
  /** Asks the engine for something; rejects with a {@link BackendError}. */
  execute(command: Command): Promise<Reply>;
  /** Puts text on the clipboard. */
  copyText(text: string): Promise<void>;
  /** Opens the local address of a forward's port in the default browser. The port is an index in the profile's ports. */
  openInBrowser(id: ProfileId, portIndex: number): Promise<void>;
  /** Has the person choose a file and answers its path; null where they choose none. */
  chooseFile(): Promise<string | null>;
  /** Has the person choose where a new file is to be, and answers its path; null where they do not. */
  chooseNewFile(name: string): Promise<string | null>;
  /** Facts about this build and what it runs on. */
  about(): Promise<About>;
  /** Shows the directory of the log files. */
  showLogs(): Promise<void>;
}

/** Something for the window to do. */
export type Errand =
  /** Ask about a guarded forward that was chosen in the tray. */
  | { type: "ask"; id: ProfileId }
  | { type: "settings" }
  /** Show the screen that takes in a file, which was dropped on the window with so many others. */
  | { type: "open"; path: string; others: number };

/** Facts about this build and what it runs on. */
export interface About {
  version: string;
  /** What the window is made with and shown by. */
  parts: { name: string; version: string }[];
  /** The operating system. */
  system: string;
  /** The desktop environment; empty where there is none to name. */
  desktop: string;
  /** The directory of the log files. */
  logs: string;
}

/** A request that failed, with the reason in words a person can act on. */
export class BackendError extends Error {
  constructor(readonly problem: Problem) {
    super(problem.what);
    this.name = "BackendError";
  }
}

/** The reply of the kind that the command promises; anything else is a defect of the backend. */
export async function ask<K extends Reply["type"]>(
  backend: Backend,
  command: Command,
  kind: K,
): Promise<Extract<Reply, { type: K }>> {
  const reply = await backend.execute(command);
  if (reply.type !== kind) {
    throw new Error(`the answer to ${command.type} is ${reply.type}, not ${kind}`);
  }
  return reply as Extract<Reply, { type: K }>;
}
