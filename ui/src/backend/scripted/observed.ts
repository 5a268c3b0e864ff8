import { reshape } from "../../text";
import { marked } from "../../text/marked";
import type { Backend, Errand } from "../backend";
import type { ClusterView, Command, Language, Preferences } from "../types";

/** What flow tests find in the window. */
export interface Observed {
  /** Every text that the backend said; what the window shows of it is data. */
  said: Set<string>;
  /** Has the window show each text of the catalogue between marks. */
  mark(): Promise<void>;
  /** Changes the language as a person would. */
  prefer(language: Language): Promise<void>;
  /** The clusters that the person added. */
  own(): { id: string; name: string }[];
  /** Tells the engine, as if it came from elsewhere. */
  execute(command: Command): Promise<unknown>;
  /** Has the window do what the tray asks for, or a file that is dropped on it. */
  send(errand: Errand): void;
}

/** The backend, watched by whoever holds the window: `window.observed`. */
export function observed(backend: Backend): Backend {
  const said = new Set<string>();
  let preferences: Preferences | null = null;
  let clusters: ClusterView[] = [];
  let send: (errand: Errand) => void = () => undefined;
  (window as unknown as { observed: Observed }).observed = {
    said,
    mark: () => reshape(marked),
    prefer: async (language) => {
      if (preferences === null) throw new Error("the preferences are not known yet");
      await backend.execute({ type: "setPreferences", preferences: { ...preferences, language } });
    },
    own: () => clusters.flatMap(({ own, name }) => (own === undefined ? [] : [{ id: own.id, name }])),
    execute: (command) => backend.execute(command),
    send: (errand) => send(errand),
  };
  const noted = <Thing>(thing: Thing): Thing => {
    note(thing, said);
    return thing;
  };
  return {
    listen: (onUpdate, onErrand) => {
      send = onErrand;
      return backend.listen((update) => {
        if (update.type === "snapshot") ({ preferences, clusters = [] } = update.snapshot);
        onUpdate(noted(update));
      }, onErrand);
    },
    execute: async (command) => {
      try {
        return noted(await backend.execute(noted(command)));
      } catch (error) {
        if (error instanceof Error && "problem" in error) note(error.problem, said);
        throw error;
      }
    },
    copyText: (text) => backend.copyText(text),
    openInBrowser: (id, port) => backend.openInBrowser(id, port),
    chooseFile: async () => noted(await backend.chooseFile()),
    chooseNewFile: async (name) => noted(await backend.chooseNewFile(name)),
    about: async () => noted(await backend.about()),
    showLogs: () => backend.showLogs(),
  };
}

function note(thing: unknown, said: Set<string>): void {
  if (typeof thing === "string") said.add(thing);
  else if (typeof thing === "number") said.add(String(thing));
  else if (typeof thing === "object" && thing !== null) {
    for (const part of Object.values(thing)) note(part, said);
  }
}
