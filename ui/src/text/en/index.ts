import type {
  ConnectStep,
  RouteName,
  RoutePin,
  TargetKind,
  TransportName,
  TransportPin,
} from "../../backend/types";
import { lasting } from "../../format/lasting";
import { formatNumber } from "../../format/number";
import { plural } from "../../format/plural";
import { arrangeText } from "./arrange";
import { authorityText } from "./authority";
import { chipMenuText } from "./chipMenu";
import { clustersText } from "./clusters";
import { commandsText } from "./commands";
import { exchangeText } from "./exchange";
import { ladderText } from "./ladder";
import { optionsText } from "./options";
import { settingsText } from "./settings";
import { signInText } from "./signIn";
import { signInServerText } from "./signInServer";
import { ageText, connectionsText, throughputText } from "./traffic";

const transport = {
  webSocketTunnel: "WebSocket tunnel",
  spdy: "SPDY",
  channel: "WebSocket channels",
} satisfies Record<TransportName, string>;
const route = {
  pod: "Pod",
  node: "Node proxy",
  historic: "Old node proxy",
} satisfies Record<RouteName, string>;

/** Everything that the window says, in English. What each language has to say is derived from it. */
export const english = {
  kind: {
    pod: "pod",
    service: "service",
    deployment: "deployment",
    statefulSet: "stateful set",
    daemonSet: "daemon set",
    replicaSet: "replica set",
    job: "job",
    selector: "labels",
  } satisfies Record<TargetKind, string>,
  kindPlural: {
    pod: "Pods",
    service: "Services",
    deployment: "Deployments",
    statefulSet: "Stateful sets",
    daemonSet: "Daemon sets",
    replicaSet: "Replica sets",
    job: "Jobs",
    selector: "Pods with these labels",
  } satisfies Record<TargetKind, string>,
  transport,
  transportPin: { automatic: "Automatic", ...transport } satisfies Record<TransportPin, string>,
  route,
  routePin: { automatic: "Automatic", ...route } satisfies Record<RoutePin, string>,
  demoCluster: "Demo cluster",
  removedCluster: "Removed cluster",

  state: {
    off: "Off",
    connecting: "Connecting",
    ready: "Ready",
    live: "Live",
    reconnecting: "Reconnecting",
    needsAttention: "Needs attention",
  },
  step: {
    bindingPorts: "opening local ports…",
    findingPod: "finding a pod…",
    openingTunnel: "opening tunnel…",
  } satisfies Record<ConnectStep, string>,
  stateDetail: {
    ready: "no connections",
    resting: "opens on first use",
    connections: (count: number) => plural(count, { one: "# connection", other: "# connections" }),
    nextTry: (seconds: number) => (seconds <= 0 ? "trying now…" : `next try in ${formatNumber(seconds)} s`),
    trying: "trying now…",
    lastFailed: "last connection failed",
  },

  sidebar: {
    label: "Forwards shown",
    all: "All",
    active: "Active",
    groups: "Groups",
    clusters: "Clusters",
    countOn: (count: number, on: number) =>
      plural(count, {
        one: `# forward, ${formatNumber(on)} on`,
        other: `# forwards, ${formatNumber(on)} on`,
      }),
    version: (version: string) => `Culvert ${version}`,
  },

  list: {
    label: "Forwards",
    search: "Search forwards",
    clearSearch: "Clear search",
    newForward: "New forward",
    showDetails: "Show details",
    hideDetails: "Hide details",
    switchName: (name: string) => `Forward ${name}`,
    path: (namespace: string, kind: string, name: string, cluster: string) =>
      `${namespace} / ${kind} ${name} · ${cluster}`,
    nothingActive: "Nothing is on",
    nothingActiveHint: "Turn a forward on with its switch, or make a new one.",
    showAll: "Show all forwards",
    nothingFound: (query: string) => `Nothing matches “${query}”`,
    nothingFoundHint: "The search looks at name, namespace, target, cluster, port, group and tags.",
    nothingInGroup: (group: string) => `No forward is in “${group}” now`,
    nothingInGroupHint: "The group of a forward is one of its options, in Edit.",
    loading: "Loading forwards",
  },

  chip: {
    copy: "Copy ",
    copied: (address: string) => `Copied ${address}`,
    open: (address: string) => `Open ${address} in the browser`,
    copyHint: (address: string, remote: string) => `Copy ${address}, which leads to port ${remote}`,
    leadsTo: (remote: string) => ` → ${remote}`,
    auto: "auto",
    notBound: (address: string, remote: string) => `${address} to ${remote}, not open now`,
  },

  problem: {
    internalWhat: "Something went wrong inside Culvert.",
    internalRemedy: "Try again. If it happens again, please report it with the text above.",
    retry: "Retry now",
    useFreePort: "Use a free port",
    signIn: "Sign in",
    trustServer: "Look at the certificate",
    acceptCluster: "Compare and decide",
    keepForSession: "Keep for this session only",
    edit: "Edit",
    dismiss: "Dismiss",
  },

  details: {
    label: "Details",
    close: "Hide details",
    ports: "Ports",
    listensOn: "Listens on",
    notListening: "Not listening",
    connection: "Connection",
    cluster: "Cluster",
    server: "Server",
    namespace: "Namespace",
    target: "Target",
    pod: "Pod",
    transport: "Transport",
    route: "Route",
    pinned: "pinned",
    noPod: "chosen when it connects",
    pods: "Pods, in turns",
    asksForPods:
      "You may not watch pods in this namespace, so Culvert asks every 15 seconds how they are. That a pod is replaced may show a little late.",
    none: "–",
    edit: "Edit",
    duplicate: "Duplicate",
    remove: "Delete",
    copyAs: "Copy as command",
    copyKubectl: "kubectl port-forward …",
    copyOc: "oc port-forward …",
    copiedCommand: "Command copied",
    copyName: (name: string) => `${name} copy`,
    inDemo: "inside Culvert",
  },

  throughput: throughputText,
  connections: connectionsText,
  age: ageText,

  statistics: {
    title: "Since it was turned on",
    uptime: "On for",
    uptimeHint: "Since it was turned on, or since Culvert was started",
    received: "Received",
    sent: "Sent",
    bytes: "Traffic",
    peak: "Peak rate",
    peakHint: "The most that moved in one second",
    rate: (bytes: string) => `${bytes}/s`,
    connectionsName: "Connections",
    connections: (open: number, all: number) =>
      all === 0 ? "none yet" : `${formatNumber(open)} open of ${formatNumber(all)}`,
    failed: "Failed",
    roundTrip: "Round trip",
    roundTripHint: "How long the pod’s node takes to answer, without data in between",
    dial: "Time to open",
    dialHint: "How long it took to open the latest connection to the pod’s node",
  },

  timeline: {
    title: "What happened",
    none: "Nothing yet. What happens to this forward is noted here.",
    repeated: (count: number, since: string) => `${formatNumber(count)} times since ${since}`,
    earlier: (count: number) => `Show ${formatNumber(count)} earlier`,
  },

  edit: {
    label: (name: string) => `Edit ${name}`,
    name: "Name",
    ports: "Ports",
    portsHint: "One or more, with spaces between: 5000, 6000:5000, :5000 (any free local port), http",
    listenOn: "Listen on",
    listenOnHint: "localhost, or IP addresses of this computer with commas between",
    kind: "Kind of target",
    targetName: "Target name",
    save: "Save",
    cancel: "Cancel",
    noPorts: "Name at least one port.",
    restarts: "It is on and will reconnect when you save.",
  },

  connection: {
    title: "Connection",
    automatic: "Automatic",
    transport: "Transport",
    transportMeaning: {
      automatic: "Tries them all, best first, and remembers what worked. Right nearly everywhere.",
      webSocketTunnel: "Passes load balancers that do not know SPDY; Kubernetes 1.31 and later.",
      spdy: "Every Kubernetes version knows it; for when something on the way breaks WebSockets.",
      channel: "For where neither of the others passes; slower. Kubernetes 1.6 and later.",
    } satisfies Record<TransportPin, string>,
    route: "Route",
    routeMeaning: {
      automatic: "Asks for the pod itself, and goes by its node only where the cluster does not know that.",
      pod: "The usual way, and never by the node; needs rights on pods/portforward.",
      node: "By the proxy of the pod’s node, for where the way to the pod is closed; needs rights on nodes/proxy.",
      historic: "For clusters older than Kubernetes 1.10; needs rights on nodes/proxy.",
    } satisfies Record<RoutePin, string>,
    keep: "Without connections, keep the tunnel",
    keepFor: (minutes: number) => (minutes === 0 ? "Always" : lasting(minutes * 60)),
    keptFor: (time: string) => `kept ${time.toLowerCase()}`,
    keepMeaning: "Then it is closed, and opened again for the next connection. The local port stays open.",
    keepAlwaysMeaning: "The tunnel is opened when the forward is turned on, and stays.",
    cannotCarry: "Only SPDY goes this way: choose SPDY or Automatic as the transport.",
  },

  options: optionsText,
  clusters: clustersText,
  signIn: signInText,
  signInServer: signInServerText,
  ladder: ladderText,
  commands: commandsText,
  settings: settingsText,
  exchange: exchangeText,
  arrange: arrangeText,
  authority: authorityText,
  chipMenu: chipMenuText,

  newForward: {
    title: "New forward",
    back: "Back",
    cluster: "Cluster",
    namespace: "Namespace",
    search: "Search services, deployments and pods",
    searchHint: "Name, port, or app=web",
    reload: "Look again for clusters and targets",
    targets: "Targets",
    ready: (ready: number, wanted: number) => `${ready}/${wanted} ready`,
    podReady: "ready",
    podNotReady: "not ready",
    typedPod: "by name",
    chosenGone: (kind: string, name: string) =>
      `The ${kind} ${name} is not there any more. Choose another one, or save it all the same: it connects once there is one of that name again.`,
    counted: (shown: number, all: number) =>
      shown === all
        ? plural(all, { one: "# target", other: "# targets" })
        : plural(all, {
            one: `${formatNumber(shown)} of # target`,
            other: `${formatNumber(shown)} of # targets`,
          }),
    moreComes: "more on the way",
    someNumbers: (numbers: number[]) =>
      numbers.length > 2
        ? `${numbers.slice(0, 2).join(", ")} +${formatNumber(numbers.length - 2)}`
        : numbers.join(", "),
    loadingTargets: "Loading what runs in this namespace",
    startingDemo: "Starting the demo cluster",
    noTargets: (namespace: string) => `Nothing runs in “${namespace}”`,
    noTargetsHint: "Choose another namespace above, or type the name of one.",
    nothingMatches: (query: string) => `Nothing matches “${query}”`,
    nothingMatchesHint:
      "Try a part of the name, a kind such as “service”, a port, or labels such as app=web.",
    noContext: "Choose a cluster first",
    noContextHint: "It is the first field above.",
    pick: "Pick what to forward to",
    pickHint: "Its ports appear here.",
    ports: "Ports",
    forwardPort: (port: string) => `Forward port ${port}`,
    namedPort: (number: number, name: string) => `${number} (${name})`,
    localPort: (port: number) => `Local port for ${port}`,
    auto: "auto",
    localHint: "Leave a local port empty and Culvert takes a free one.",
    portsOfLabels: "Type the port that these pods listen on, by number or by name:",
    noDeclaredPorts: "It declares no ports. Type the port it listens on:",
    otherPorts: "Other ports",
    otherPortsExample: "e.g. :5000 6000:http",
    name: "Name",
    connect: "Connect",
    save: "Save without connecting",
    noPortChosen: "Tick a port or type one.",
    lineElsewhere: {
      what: "The line is for a cluster that Culvert does not know.",
      why: (place: string) => `It names ${place}.`,
      remedy: "Add that cluster first, or choose another one here.",
    },
    typedNamespace: (name: string) => `Use “${name}”`,
    currentContext: "current",
    noMatch: "No match",
  },

  firstStart: {
    title: "Bring a pod’s port to localhost",
    lead: "Pick a cluster, pick what runs in it, and Culvert keeps a local port connected to it.",
    yourClusters: "Your clusters",
    browse: "Browse cluster",
    browseNamed: (name: string) => `Browse cluster ${name}`,
    current: "current context",
    noneTitle: "No kubeconfig was found",
    noneWhere:
      "Culvert looked in the files that the KUBECONFIG variable names, and in ~/.kube/config if it is not set.",
    noneHow:
      "Add your cluster: paste its “oc login” line, or name its server. Or put a kubeconfig there, then look again.",
    emptyTitle: "No context can be used",
    emptyHow: "Fix the file below, then look again.",
    lookAgain: "Look again",
    demoTitle: "No cluster at hand?",
    demoLead: "A small one runs inside Culvert: a web shop, an echo server and a cache to try things with.",
    tryDemo: "Try the demo cluster",
  },

  kubeconfig: {
    problemsTitle: "Some kubeconfig files have problems",
    problemAt: (file: string, line: number | null) => (line === null ? file : `${file}, line ${line}`),
  },

  toast: {
    region: "Messages",
    deleted: (name: string) => `Deleted “${name}”`,
    undo: "Undo",
    dismiss: "Dismiss",
  },
  announce: {
    problem: (name: string, what: string) => `${name} needs attention: ${what}`,
    timeIsUp: (name: string) => `${name} was turned off: its time is up.`,
    connected: (name: string) => `${name} is connected.`,
    reconnecting: (name: string, what: string) => `${name} lost its connection and reconnects: ${what}`,
  },

  /** A moment to come. */
  moment: {
    today: (time: string) => `at ${time}`,
    tomorrow: (time: string) => `tomorrow at ${time}`,
    later: (day: string, time: string) => `on ${day} at ${time}`,
  },
};
