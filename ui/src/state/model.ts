import { usualPreferences } from "../backend/preferences";
import type {
  ClusterView,
  ContextCatalog,
  DemoState,
  Event,
  ForwardView,
  KeyringState,
  Preferences,
  Problem,
  ProfileId,
  StartAtLogin,
  Statistics,
  Update,
} from "../backend/types";

/** Everything the engine has told the window so far. */
export interface Model {
  /** Whether the first snapshot has come. */
  loaded: boolean;
  /** The number of the last event that is included. */
  number: number;
  /** In the order in which they were made known. */
  forwards: readonly ForwardView[];
  catalog: ContextCatalog;
  /** All clusters that can be chosen, in the order in which they are offered. */
  clusters: readonly ClusterView[];
  keyring: KeyringState;
  /** Secrets that Culvert keeps. */
  secrets: number;
  demo: DemoState;
  preferences: Preferences;
  /** Whether the system starts Culvert when the person logs in. */
  startAtLogin: StartAtLogin;
  notice: Problem | null;
}

/** What is known before the first snapshot. */
export const emptyModel: Model = {
  loaded: false,
  number: 0,
  forwards: [],
  catalog: { contexts: [], current: null, problems: [] },
  clusters: [],
  keyring: { type: "unknown" },
  secrets: 0,
  demo: "unavailable",
  preferences: usualPreferences,
  startAtLogin: { type: "unavailable" },
  notice: null,
};

/** The numbers of a forward that has done nothing yet. */
export const noStatistics: Statistics = {
  connections: 0,
  failed: 0,
  peakIn: 0,
  peakOut: 0,
  dialMs: null,
  roundTripUs: null,
};

/** The model after an update. Events that a snapshot already includes change nothing. */
export function applyUpdate(model: Model, update: Update): Model {
  if (update.type === "snapshot") return { loaded: true, ...update.snapshot };
  const { number, event } = update.event;
  if (!model.loaded || number <= model.number) return model;
  return { ...applyEvent(model, event), number };
}

function applyEvent(model: Model, event: Event): Model {
  switch (event.type) {
    case "forwardChanged":
      return { ...model, forwards: put(model.forwards, event.forward) };
    case "forwardRemoved":
      return { ...model, forwards: model.forwards.filter(({ profile }) => profile.id !== event.id) };
    case "traffic":
      return {
        ...model,
        forwards: change(model.forwards, event.id, () => ({
          bytesIn: event.bytesIn,
          bytesOut: event.bytesOut,
          ...(event.statistics && { statistics: event.statistics }),
        })),
      };
    case "contextsChanged":
      return { ...model, catalog: event.catalog };
    case "clustersChanged":
      return { ...model, clusters: event.clusters };
    case "keyringChanged":
      return { ...model, keyring: event.keyring, secrets: event.secrets };
    case "demoChanged":
      return { ...model, demo: event.demo };
    case "preferencesChanged":
      return { ...model, preferences: event.preferences };
    case "startAtLoginChanged":
      return { ...model, startAtLogin: event.startAtLogin };
    case "noticeChanged":
      return { ...model, notice: event.notice };
    // The engine counts with the event; the rest of what they mean for a forward comes with its forwardChanged.
    case "connectionAccepted":
      return { ...model, forwards: count(model.forwards, event.id, "connections") };
    case "connectionFailed":
      return { ...model, forwards: count(model.forwards, event.id, "failed") };
    case "happened":
    case "ladderStep":
    case "browsed":
    case "lookEnded":
      // Only who looks at something wants to know of these: timelines, diagnoses, lists of targets.
      return model;
    default:
      // A newer engine may know events that this window does not.
      return model;
  }
}

function put(forwards: readonly ForwardView[], forward: ForwardView): ForwardView[] {
  const index = forwards.findIndex(({ profile }) => profile.id === forward.profile.id);
  return index < 0 ? [...forwards, forward] : forwards.with(index, forward);
}

function change(
  forwards: readonly ForwardView[],
  id: ProfileId,
  what: (known: ForwardView) => Partial<ForwardView>,
): readonly ForwardView[] {
  const index = forwards.findIndex(({ profile }) => profile.id === id);
  const known = forwards[index];
  return known === undefined ? forwards : forwards.with(index, { ...known, ...what(known) });
}

function count(
  forwards: readonly ForwardView[],
  id: ProfileId,
  which: "connections" | "failed",
): readonly ForwardView[] {
  return change(forwards, id, ({ statistics = noStatistics }) => ({
    statistics: { ...statistics, [which]: statistics[which] + 1 },
  }));
}
