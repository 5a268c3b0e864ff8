// Glossary: a forward is „Weiterleitung“, a target „Ziel“, a tunnel „Tunnel“, a connection „Verbindung“, a sign-in „Anmeldung“,
// a keyring „Schlüsselbund“, an authority „Zertifizierungsstelle“, a login helper „Anmeldeprogramm“. Pod, Namespace, Cluster,
// Deployment, Service and the other kinds stay as Kubernetes calls them. Short hints are infinitives („Erneut versuchen“); where
// a sentence needs an address it is „Sie“.
import { lasting } from "../../format/lasting";
import { formatNumber } from "../../format/number";
import { plural } from "../../format/plural";
import type { Catalogue } from "../catalogue";
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
  webSocketTunnel: "WebSocket-Tunnel",
  spdy: "SPDY",
  channel: "WebSocket-Kanäle",
};
const route = {
  pod: "Pod",
  node: "Node-Proxy",
  historic: "Alter Node-Proxy",
};

/** Everything that the window says, in German. */
export const german: Catalogue = {
  kind: {
    pod: "Pod",
    service: "Service",
    deployment: "Deployment",
    statefulSet: "StatefulSet",
    daemonSet: "DaemonSet",
    replicaSet: "ReplicaSet",
    job: "Job",
    selector: "Labels",
  },
  kindPlural: {
    pod: "Pods",
    service: "Services",
    deployment: "Deployments",
    statefulSet: "StatefulSets",
    daemonSet: "DaemonSets",
    replicaSet: "ReplicaSets",
    job: "Jobs",
    selector: "Pods mit diesen Labels",
  },
  transport,
  transportPin: { automatic: "Automatisch", ...transport },
  route,
  routePin: { automatic: "Automatisch", ...route },
  demoCluster: "Demo-Cluster",
  removedCluster: "Entfernter Cluster",

  state: {
    off: "Aus",
    connecting: "Verbindet",
    ready: "Bereit",
    live: "In Benutzung",
    reconnecting: "Verbindet neu",
    needsAttention: "Eingriff nötig",
  },
  step: {
    bindingPorts: "öffnet lokale Ports …",
    findingPod: "sucht einen Pod …",
    openingTunnel: "öffnet den Tunnel …",
  },
  stateDetail: {
    ready: "keine Verbindungen",
    resting: "öffnet bei Bedarf",
    connections: (count) => plural(count, { one: "# Verbindung", other: "# Verbindungen" }),
    nextTry: (seconds) => (seconds <= 0 ? "neuer Versuch …" : `in ${formatNumber(seconds)} s erneut`),
    trying: "neuer Versuch …",
    lastFailed: "letzte Verbindung gescheitert",
  },

  sidebar: {
    label: "Angezeigte Weiterleitungen",
    all: "Alle",
    active: "Aktive",
    groups: "Gruppen",
    clusters: "Cluster",
    countOn: (count, on) =>
      plural(count, {
        one: `# Weiterleitung, ${formatNumber(on)} eingeschaltet`,
        other: `# Weiterleitungen, ${formatNumber(on)} eingeschaltet`,
      }),
    version: (version) => `Culvert ${version}`,
  },

  list: {
    label: "Weiterleitungen",
    search: "Weiterleitungen suchen",
    clearSearch: "Suche leeren",
    newForward: "Neue Weiterleitung",
    showDetails: "Details einblenden",
    hideDetails: "Details ausblenden",
    switchName: (name) => `Weiterleitung ${name}`,
    path: (namespace, kind, name, cluster) => `${namespace} / ${kind} ${name} · ${cluster}`,
    nothingActive: "Nichts ist eingeschaltet",
    nothingActiveHint: "Schalten Sie eine Weiterleitung ein, oder legen Sie eine neue an.",
    showAll: "Alle Weiterleitungen anzeigen",
    nothingFound: (query) => `Nichts passt zu „${query}“`,
    nothingFoundHint: "Gesucht wird in Name, Namespace, Ziel, Cluster, Port, Gruppe und Schlagwörtern.",
    nothingInGroup: (group) => `In „${group}“ ist jetzt keine Weiterleitung`,
    nothingInGroupHint: "Die Gruppe gehört zu den Optionen einer Weiterleitung, unter „Bearbeiten“.",
    loading: "Weiterleitungen werden geladen",
  },

  chip: {
    copy: "Kopieren: ",
    copied: (address) => `${address} kopiert`,
    open: (address) => `${address} im Browser öffnen`,
    copyHint: (address, remote) => `${address} kopieren; führt zu Port ${remote}`,
    leadsTo: (remote) => ` → ${remote}`,
    auto: "auto",
    notBound: (address, remote) => `${address} zu ${remote}, zurzeit nicht offen`,
  },

  problem: {
    internalWhat: "In Culvert ist etwas schiefgegangen.",
    internalRemedy:
      "Versuchen Sie es erneut. Wenn es wieder geschieht, melden Sie es bitte mit dem Text oben.",
    retry: "Erneut versuchen",
    useFreePort: "Freien Port nehmen",
    signIn: "Anmelden",
    trustServer: "Zertifikat ansehen",
    acceptCluster: "Vergleichen und entscheiden",
    keepForSession: "Nur für diese Sitzung merken",
    edit: "Bearbeiten",
    dismiss: "Schließen",
  },

  details: {
    label: "Details",
    close: "Details ausblenden",
    ports: "Ports",
    listensOn: "Lauscht auf",
    notListening: "Lauscht nicht",
    connection: "Verbindung",
    cluster: "Cluster",
    server: "Server",
    namespace: "Namespace",
    target: "Ziel",
    pod: "Pod",
    transport: "Transport",
    route: "Route",
    pinned: "festgelegt",
    noPod: "wird beim Verbinden gewählt",
    pods: "Pods, reihum",
    asksForPods:
      "Sie dürfen die Pods in diesem Namespace nicht beobachten. Culvert fragt deshalb alle 15 Sekunden nach ihnen; dass ein Pod ersetzt wurde, zeigt sich vielleicht etwas später.",
    none: "–",
    edit: "Bearbeiten",
    duplicate: "Duplizieren",
    remove: "Löschen",
    copyAs: "Als Befehl kopieren",
    copyKubectl: "kubectl port-forward …",
    copyOc: "oc port-forward …",
    copiedCommand: "Befehl kopiert",
    copyName: (name) => `${name} (Kopie)`,
    inDemo: "in Culvert selbst",
  },

  throughput: throughputText,
  connections: connectionsText,
  age: ageText,

  statistics: {
    title: "Seit dem Einschalten",
    uptime: "An seit",
    uptimeHint: "Seit dem Einschalten, oder seit Culvert gestartet wurde",
    received: "Empfangen",
    sent: "Gesendet",
    bytes: "Datenmenge",
    peak: "Spitze",
    peakHint: "Das meiste, was in einer Sekunde übertragen wurde",
    rate: (bytes) => `${bytes}/s`,
    connectionsName: "Verbindungen",
    connections: (open, all) =>
      all === 0 ? "noch keine" : `${formatNumber(open)} von ${formatNumber(all)} offen`,
    failed: "Gescheitert",
    roundTrip: "Antwortzeit",
    roundTripHint: "Wie lange der Node des Pods für eine Antwort braucht, wenn keine Daten dazwischen sind",
    dial: "Verbindungsaufbau",
    dialHint: "Wie lange es dauerte, die letzte Verbindung zum Node des Pods zu öffnen",
  },

  timeline: {
    title: "Was geschah",
    none: "Noch nichts. Was mit dieser Weiterleitung geschieht, steht hier.",
    repeated: (count, since) => `${formatNumber(count)}-mal seit ${since}`,
    earlier: (count) => `${formatNumber(count)} frühere anzeigen`,
  },

  edit: {
    label: (name) => `${name} bearbeiten`,
    name: "Name",
    ports: "Ports",
    portsHint:
      "Einer oder mehrere, durch Leerzeichen getrennt: 5000, 6000:5000, :5000 (irgendein freier lokaler Port), http",
    listenOn: "Lauschen auf",
    listenOnHint: "localhost, oder IP-Adressen dieses Computers, durch Kommas getrennt",
    kind: "Art des Ziels",
    targetName: "Name des Ziels",
    save: "Speichern",
    cancel: "Abbrechen",
    noPorts: "Geben Sie mindestens einen Port an.",
    restarts: "Sie ist eingeschaltet und verbindet sich beim Speichern neu.",
  },

  connection: {
    title: "Verbindung",
    automatic: "Automatisch",
    transport: "Transport",
    transportMeaning: {
      automatic: "Probiert alle, den besten zuerst, und merkt sich, was geklappt hat. Fast überall richtig.",
      webSocketTunnel: "Kommt durch Load Balancer, die SPDY nicht kennen; ab Kubernetes 1.31.",
      spdy: "Kennt jede Kubernetes-Version; falls unterwegs etwas WebSockets stört.",
      channel: "Wo keiner der anderen durchkommt; langsamer. Ab Kubernetes 1.6.",
    },
    route: "Route",
    routeMeaning: {
      automatic:
        "Fragt nach dem Pod selbst und geht nur dort über dessen Node, wo der Cluster das nicht kennt.",
      pod: "Der übliche Weg, nie über den Node; braucht Rechte auf pods/portforward.",
      node: "Über den Proxy des Nodes, wo der Weg zum Pod versperrt ist; braucht Rechte auf nodes/proxy.",
      historic: "Für Cluster vor Kubernetes 1.10; braucht Rechte auf nodes/proxy.",
    },
    keep: "Tunnel ohne Verbindungen behalten",
    keepFor: (minutes) => (minutes === 0 ? "Immer" : lasting(minutes * 60)),
    keptFor: (time) => `behalten: ${time}`,
    keepMeaning:
      "Danach wird er geschlossen und für die nächste Verbindung wieder geöffnet. Der lokale Port bleibt offen.",
    keepAlwaysMeaning: "Der Tunnel wird beim Einschalten geöffnet und bleibt.",
    cannotCarry: "Hier geht nur SPDY: Wählen Sie als Transport SPDY oder „Automatisch“.",
  },

  options: optionsText,
  clusters: clustersText,
  settings: settingsText,
  signIn: signInText,
  signInServer: signInServerText,
  ladder: ladderText,
  commands: commandsText,
  exchange: exchangeText,
  arrange: arrangeText,
  authority: authorityText,
  chipMenu: chipMenuText,

  newForward: {
    title: "Neue Weiterleitung",
    back: "Zurück",
    cluster: "Cluster",
    namespace: "Namespace",
    search: "Services, Deployments und Pods suchen",
    searchHint: "Name, Port oder app=web",
    reload: "Cluster und Ziele neu laden",
    targets: "Ziele",
    ready: (ready, wanted) => `${ready}/${wanted} bereit`,
    podReady: "bereit",
    podNotReady: "nicht bereit",
    typedPod: "nach Namen",
    chosenGone: (kind, name) =>
      `${kind} ${name} gibt es nicht mehr. Wählen Sie etwas anderes, oder speichern Sie trotzdem: Die Verbindung entsteht, sobald es den Namen wieder gibt.`,
    counted: (shown, all) =>
      shown === all
        ? plural(all, { one: "# Ziel", other: "# Ziele" })
        : plural(all, {
            one: `${formatNumber(shown)} von # Ziel`,
            other: `${formatNumber(shown)} von # Zielen`,
          }),
    moreComes: "weitere folgen",
    someNumbers: (numbers) =>
      numbers.length > 2
        ? `${numbers.slice(0, 2).join(", ")} +${formatNumber(numbers.length - 2)}`
        : numbers.join(", "),
    loadingTargets: "Es wird geladen, was in diesem Namespace läuft",
    startingDemo: "Der Demo-Cluster startet",
    noTargets: (namespace) => `In „${namespace}“ läuft nichts`,
    noTargetsHint: "Wählen Sie oben einen anderen Namespace, oder tippen Sie seinen Namen.",
    nothingMatches: (query) => `Nichts passt zu „${query}“`,
    nothingMatchesHint:
      "Versuchen Sie einen Teil des Namens, eine Art wie „Service“, einen Port oder Labels wie app=web.",
    noContext: "Zuerst einen Cluster wählen",
    noContextHint: "Das ist das erste Feld oben.",
    pick: "Wählen Sie, wohin weitergeleitet wird",
    pickHint: "Die Ports erscheinen hier.",
    ports: "Ports",
    forwardPort: (port) => `Port ${port} weiterleiten`,
    namedPort: (number, name) => `${number} (${name})`,
    localPort: (port) => `Lokaler Port für ${port}`,
    auto: "auto",
    localHint: "Ist ein lokaler Port leer, nimmt Culvert einen freien.",
    portsOfLabels: "Auf welchem Port lauschen diese Pods? Nummer oder Name:",
    noDeclaredPorts: "Es sind keine Ports angegeben. Auf welchem Port wird gelauscht?",
    otherPorts: "Weitere Ports",
    otherPortsExample: "z. B. :5000 6000:http",
    name: "Name",
    connect: "Verbinden",
    save: "Nur speichern",
    noPortChosen: "Kreuzen Sie einen Port an, oder tippen Sie einen.",
    lineElsewhere: {
      what: "Die Zeile ist für einen Cluster, den Culvert nicht kennt.",
      why: (place) => `Darin steht ${place}.`,
      remedy: "Fügen Sie diesen Cluster zuerst hinzu, oder wählen Sie hier einen anderen.",
    },
    typedNamespace: (name) => `„${name}“ verwenden`,
    currentContext: "aktuell",
    noMatch: "Nichts gefunden",
  },

  firstStart: {
    title: "Den Port eines Pods auf localhost holen",
    lead: "Cluster wählen, wählen, was darin läuft – und Culvert hält einen lokalen Port damit verbunden.",
    yourClusters: "Ihre Cluster",
    browse: "Cluster durchsuchen",
    browseNamed: (name) => `Cluster ${name} durchsuchen`,
    current: "aktueller Kontext",
    noneTitle: "Keine kubeconfig gefunden",
    noneWhere:
      "Culvert hat in den Dateien gesucht, die die Variable KUBECONFIG nennt, und in ~/.kube/config, falls sie nicht gesetzt ist.",
    noneHow:
      "Fügen Sie Ihren Cluster hinzu: mit der Zeile „oc login …“ oder der Adresse des Servers. Oder legen Sie eine kubeconfig an diese Stelle und suchen erneut.",
    emptyTitle: "Kein Kontext ist verwendbar",
    emptyHow: "Berichtigen Sie die Datei unten, und suchen Sie erneut.",
    lookAgain: "Erneut suchen",
    demoTitle: "Kein Cluster zur Hand?",
    demoLead:
      "Ein kleiner läuft in Culvert selbst: ein Webshop, ein Echo-Server und ein Cache zum Ausprobieren.",
    tryDemo: "Demo-Cluster ausprobieren",
  },

  kubeconfig: {
    problemsTitle: "Einige kubeconfig-Dateien haben Fehler",
    problemAt: (file, line) => (line === null ? file : `${file}, Zeile ${line}`),
  },

  toast: {
    region: "Meldungen",
    deleted: (name) => `„${name}“ gelöscht`,
    undo: "Rückgängig",
    dismiss: "Schließen",
  },
  announce: {
    problem: (name, what) => `${name} braucht einen Eingriff: ${what}`,
    timeIsUp: (name) => `${name} wurde ausgeschaltet: Die Zeit ist um.`,
    connected: (name) => `${name} ist verbunden.`,
    reconnecting: (name, what) => `${name} hat die Verbindung verloren und verbindet sich neu: ${what}`,
  },

  moment: {
    today: (time) => `um ${time} Uhr`,
    tomorrow: (time) => `morgen um ${time} Uhr`,
    later: (day, time) => `am ${day}, um ${time} Uhr`,
  },
};
