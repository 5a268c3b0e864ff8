import type { Errand } from "../backend";
import type {
  ClusterView,
  Connections,
  ContextCatalog,
  ForwardView,
  Preferences,
  Problem,
  ProfileId,
  TimelineEntry,
} from "../types";
import { contexts } from "./cluster";
import { clustersOf, variedClusters } from "./clusters";
import { crowdOfCallers, heldCallers } from "./connections";
import { problem } from "./problem";
import {
  afterFailure,
  busyForwards,
  crowdedForwards,
  forwardsWithOptions,
  forwardsWithPast,
  manyForwards,
  pinnedForwards,
  troubledForwards,
} from "./sampleForwards";
import { eventfulDay } from "./timelines";

/** What a scripted engine starts with, and how it behaves. */
export interface Scenario {
  forwards: ForwardView[];
  catalog: ContextCatalog;
  /** What the kubeconfig files hold when they are read again; the same if absent. */
  catalogLater?: ContextCatalog;
  notice: Problem | null;
  /** What happened to forwards before, the latest last. */
  timelines: Record<ProfileId, TimelineEntry[]>;
  /** Programs that are connected from the start; without, as many as a forward says. */
  callers?: Record<ProfileId, Connections>;
  /** Factor on all waiting times. */
  pace: number;
  /** No bytes move, for pictures. */
  still?: boolean;
  /** Lists never arrive. */
  listsHang: boolean;
  /** Listing namespaces is forbidden. */
  namespacesForbidden: boolean;
  /** There are 5,000 pods, which change all the time; or pods may not be listed. */
  pods?: "crowded" | "forbidden";
  /** No answer from any cluster but the demo. */
  unreachable: boolean;
  /** The engine gives no answer to what is typed into port fields. */
  checkFails: boolean;
  /** Other clusters than the contexts and the demo cluster, as they stand. */
  clusters?: ClusterView[];
  /** The keyring is locked until it is tried again. */
  keyringLocked?: boolean;
  /** What is preferred beyond what is usual. */
  preferences?: Partial<Preferences>;
  /** Settings cannot be changed. */
  settingsStay?: boolean;
  /** What the tray or a dropped file has the window do. */
  errand?: Errand;
}

const files = [
  { path: "/home/ada/.kube/config", added: false, exists: true },
  { path: "/home/ada/.kube/openshift", added: false, exists: true },
];
const catalog: ContextCatalog = { contexts, current: "staging", problems: [], files };
const usual: Scenario = {
  forwards: [],
  catalog,
  notice: null,
  timelines: {},
  pace: 1,
  listsHang: false,
  namespacesForbidden: false,
  unreachable: false,
  checkFails: false,
};

/** Two files have a context of the same name. */
const twice: ContextCatalog = {
  contexts: [
    ...contexts,
    ...contexts.slice(0, 1).map((entry) => ({
      ...entry,
      server: "https://api.other.example.com:6443",
      file: "/home/ada/.kube/other",
      shadowed: true,
    })),
  ],
  current: "staging",
  problems: [],
};
const broken: ContextCatalog = {
  contexts: contexts.slice(0, 1),
  current: null,
  problems: [
    {
      file: "/home/ada/.kube/openshift",
      line: 14,
      reason: "The user entry “ada” has neither a token nor a certificate after “user:”.",
    },
  ],
};
const lostProfiles = problem("profileStore", {
  what: "Your saved forwards could not be read, so Culvert starts with an older copy.",
  why: "profiles.json is not valid JSON at line 12; it was kept as profiles.broken-1.json.",
  remedy: "Check that the list is complete. The broken file is still there to compare.",
});

/** The scenario that a URL parameter names; the first start if it names none. */
export function scenarioNamed(name: string | null): Scenario {
  switch (name) {
    case "busy":
      return { ...usual, forwards: busyForwards(), callers: { "id-checkout": heldCallers() } };
    case "callers":
      return { ...usual, forwards: crowdedForwards(), callers: { "id-catalog": crowdOfCallers() } };
    case "many":
      return { ...usual, forwards: manyForwards(500) };
    case "noKubeconfig":
      return { ...usual, catalog: { contexts: [], current: null, problems: [] } };
    case "brokenKubeconfig":
      return { ...usual, catalog: broken };
    case "changedKubeconfig":
      return { ...usual, forwards: busyForwards(), catalog: broken, catalogLater: catalog };
    case "kubeconfigBreaks":
      return { ...usual, forwards: busyForwards(), catalogLater: broken };
    case "notice":
      return { ...usual, forwards: busyForwards().slice(0, 2), notice: lostProfiles };
    case "noticeAlone":
      return { ...usual, notice: lostProfiles };
    case "pinned":
      return { ...usual, forwards: pinnedForwards() };
    case "history":
      return { ...usual, forwards: forwardsWithPast(), timelines: { "id-catalog": eventfulDay() } };
    case "options":
      return { ...usual, forwards: forwardsWithOptions() };
    case "asked":
      return { ...usual, forwards: forwardsWithOptions(), errand: { type: "ask", id: "id-orders" } };
    case "settings":
      return { ...usual, forwards: busyForwards(), errand: { type: "settings" } };
    case "droppedExport":
      return {
        ...usual,
        forwards: busyForwards(),
        errand: { type: "open", path: "/home/ada/kube-forwarder.json", others: 0 },
      };
    case "droppedKubeconfig":
      return {
        ...usual,
        forwards: busyForwards(),
        errand: { type: "open", path: "/home/ada/lab.yaml", others: 0 },
      };
    case "settingsStay":
      return { ...usual, forwards: busyForwards(), errand: { type: "settings" }, settingsStay: true };
    case "clusters":
      return { ...usual, forwards: troubledForwards(), clusters: variedClusters(catalog) };
    case "keyring":
      return { ...usual, forwards: busyForwards(), clusters: variedClusters(catalog), keyringLocked: true };
    case "shadowed":
      return { ...usual, forwards: busyForwards().slice(0, 2), catalog: twice, clusters: clustersOf(twice) };
    case "lastFailure":
      return { ...usual, forwards: [afterFailure()] };
    case "checkFails":
      return { ...usual, forwards: busyForwards().slice(0, 1), checkFails: true };
    case "hanging":
      return { ...usual, listsHang: true };
    case "forbidden":
      return { ...usual, namespacesForbidden: true };
    case "crowded":
      return { ...usual, pods: "crowded" };
    case "podsForbidden":
      return { ...usual, namespacesForbidden: true, pods: "forbidden" };
    case "unreachable":
      return { ...usual, unreachable: true };
    default:
      return usual;
  }
}
