import { Channel, invoke, isTauri } from "@tauri-apps/api/core";
import { type About, type Backend, BackendError, type Errand } from "./backend";
import { problemOf } from "./problem";
import type { Command, ProfileId, Reply, Update } from "./types";

/** Whether the page runs inside the desktop application. */
export const insideTauri = isTauri;

/** The engine behind the desktop application's commands. */
export const tauriBackend: Backend = {
  listen(onUpdate, onErrand) {
    const channel = new Channel<Update>(onUpdate);
    const errands = new Channel<Errand>(onErrand);
    return call("listen", { channel, errands });
  },
  execute: (command: Command) => call<Reply>("execute", { command }),
  copyText: (text: string) => call("copy_text", { text }),
  openInBrowser: (id: ProfileId, portIndex: number) => call("open_in_browser", { id, portIndex }),
  chooseFile: () => call<string | null>("choose_file", {}),
  about: () => call<About>("about", {}),
  showLogs: () => call("show_logs", {}),
};

async function call<T>(command: string, args: Record<string, unknown>): Promise<T> {
  try {
    return await invoke<T>(command, args);
  } catch (thrown) {
    throw new BackendError(problemOf(thrown));
  }
}
