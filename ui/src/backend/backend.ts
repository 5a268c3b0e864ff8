import type { Command, Problem, ProfileId, Reply, Update } from "./types";

/** What the window needs from the world outside it. */
export interface Backend {
  /**
   * Starts the stream of updates: first a snapshot, then numbered events. `onAsk` hears of guarded forwards that somebody
   * wants to turn on outside the window.
   */
  listen(onUpdate: (update: Update) => void, onAsk: (id: ProfileId) => void): Promise<void>;
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
  /** Facts about this build. */
  about(): Promise<About>;
}

/** Facts about this build. */
export interface About {
  version: string;
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
