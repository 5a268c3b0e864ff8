// Generated from the engine's Rust types by `npm run types`. Do not edit: CI fails when this file is stale.

export type Text = string;

export type TargetKind = "pod" | "service" | "deployment" | "statefulSet" | "daemonSet" | "replicaSet" | "job" | "selector";

export type Target = { 
/**
 * What it is.
 */
kind: TargetKind, 
/**
 * Its name in the namespace; for [`TargetKind::Selector`] the selector.
 */
name: string, };

export type DeclaredPort = { 
/**
 * Its name, if it has one.
 */
name: string | null, 
/**
 * Its number: the service's own port for a service, the container's port otherwise.
 */
number: number, };

export type TargetSummary = { 
/**
 * What it is and its name.
 */
target: Target, 
/**
 * Pods that are ready to serve.
 */
ready: number, 
/**
 * Pods there should be; 1 for a pod.
 */
wanted: number, 
/**
 * The ports that it declares, in declaration order. UDP and SCTP ports are left out: they cannot be forwarded.
 */
ports: Array<DeclaredPort>, 
/**
 * Why it cannot be forwarded to as it is, in one sentence (for example a service without a selector).
 */
obstacle: Text | null, 
/**
 * What is unusual about its ports, in one sentence.
 */
note?: Text, };

export type ContextEntry = { 
/**
 * The context's name.
 */
name: string, 
/**
 * The name of its cluster entry.
 */
cluster: string, 
/**
 * The API server's URL; empty when the cluster entry is missing.
 */
server: string, 
/**
 * The name of its user entry.
 */
user: string | null, 
/**
 * The namespace the context prefers.
 */
namespace: string | null, 
/**
 * The file it comes from.
 */
file: string, 
/**
 * An earlier file has a context of the same name, so that this one is told by name and file.
 */
shadowed?: boolean, };

export type KubeconfigProblem = { 
/**
 * The file.
 */
file: string, 
/**
 * The line, counted from 1, where the reader knows it.
 */
line: number | null, 
/**
 * What is wrong, in one sentence.
 */
reason: Text, };

export type KubeconfigFile = { 
/**
 * Where it is.
 */
path: string, 
/**
 * The person added it in Culvert; the others come from `KUBECONFIG` or are kubectl's usual one.
 */
added: boolean, 
/**
 * Whether it is there.
 */
exists: boolean, };

export type SecretText = string;

export type ContextCatalog = { 
/**
 * In the order of the files, then of each file.
 */
contexts: Array<ContextEntry>, 
/**
 * The name of the current context, when it exists.
 */
current: string | null, 
/**
 * Files that are broken; they do not hide the others.
 */
problems: Array<KubeconfigProblem>, 
/**
 * All files that are looked at, those that are missing or broken too, in their order.
 */
files?: Array<KubeconfigFile>, };

export type ProfileId = string;

export type ContextRef = { "kind": "kubeconfig", 
/**
 * The context's name.
 */
name: string, 
/**
 * The file, where an earlier one has a context of the same name.
 */
file?: string, } | { "kind": "own", 
/**
 * Its identifier.
 */
id: string, } | { "kind": "demo" };

export type ClusterIdentity = { 
/**
 * The API server's URL.
 */
server: string, 
/**
 * SHA-256 of the authorities that the context names, hexadecimal; absent where the system's count.
 */
authority: string | null, };

export type TransportPin = "automatic" | "webSocketTunnel" | "spdy" | "channel";

export type RoutePin = "automatic" | "pod" | "node" | "historic";

export type PodChoice = { "kind": "best" } | { "kind": "spread" } | { "kind": "pinned", 
/**
 * The pod's name.
 */
name: string, };

export type AtStart = "asItWas" | "on" | "off";

export type Colour = "red" | "orange" | "yellow" | "green" | "teal" | "blue" | "purple" | "grey";

export type OffReason = { "type": "timeIsUp", 
/**
 * How long that was.
 */
minutes: number, } | { "type": "asksFirst" } | { "type": "offAtStart" };

export type ProfilePort = { 
/**
 * As the person wrote it: `5000`, `6000:5000`, `:5000`, `0:5000`, `http`, `:http` …
 */
mapping: string, 
/**
 * The free port that was chosen last time; asked for again so that bookmarks keep working.
 */
lastLocal: number | null, };

export type Profile = { 
/**
 * Never changes.
 */
id: ProfileId, 
/**
 * What the person calls it.
 */
name: string, 
/**
 * The cluster.
 */
context: ContextRef, 
/**
 * The cluster that it led to the first time, or that the person agreed to since: if the context leads elsewhere now,
 * Culvert asks before it connects.
 */
cluster?: ClusterIdentity, 
/**
 * The namespace of the target.
 */
namespace: string, 
/**
 * What serves.
 */
target: Target, 
/**
 * At least one.
 */
ports: Array<ProfilePort>, 
/**
 * `localhost` (127.0.0.1 and ::1), an IP address, or several of them with commas between.
 */
bindAddress: string, 
/**
 * How the tunnel is carried; automatic where nothing is said.
 */
transport?: TransportPin, 
/**
 * By which path of the API server; automatic where nothing is said.
 */
route?: RoutePin, 
/**
 * How long a tunnel without connections is kept, in minutes; 0: for ever; absent: as the person prefers for all. The
 * local ports stay in any case.
 */
keepUnusedMinutes?: number, 
/**
 * Which of the target's pods serve; of no meaning where the target is a pod.
 */
pods?: PodChoice, 
/**
 * How long callers are held while there is no tunnel for them, in seconds, 600 at most; 0: no longer than opening one
 * takes; absent: as the person prefers for all.
 */
holdSeconds?: number, 
/**
 * How long it stays on, in minutes; 0: until somebody turns it off.
 */
turnOffAfterMinutes?: number, 
/**
 * When it is turned off, in milliseconds since 1970-01-01 UTC, while it is on for a time.
 */
offAtMs?: number, 
/**
 * Why it is off, where nobody turned it off; until somebody turns it on.
 */
offBecause?: OffReason, 
/**
 * What a start of Culvert does.
 */
atStart?: AtStart, 
/**
 * Whether the person wants to be asked before it is turned on.
 */
askFirst?: boolean, 
/**
 * What it is told apart by.
 */
colour?: Colour, 
/**
 * Which it is listed with; empty: none.
 */
group?: string, 
/**
 * Words it can be found by; none is there twice.
 */
tags?: Array<string>, 
/**
 * Whether the person wants it within reach.
 */
favourite?: boolean, 
/**
 * When somebody turned it on last, in milliseconds since 1970-01-01 UTC.
 */
lastOnMs?: number, 
/**
 * Whether the person wants it on; what a start of Culvert makes of it is in `at_start`.
 */
on: boolean, };

export type ProfileDraft = { 
/**
 * May be empty: the target's name is used.
 */
name: string, 
/**
 * The cluster.
 */
context: ContextRef, 
/**
 * The namespace of the target.
 */
namespace: string, 
/**
 * What serves.
 */
target: Target, 
/**
 * Port mappings as text.
 */
ports: Array<string>, 
/**
 * As in [`Profile::bind_address`]; empty means, of a new one, where the person prefers new forwards to listen, and else
 * `localhost`.
 */
bindAddress: string, 
/**
 * As in [`Profile::transport`].
 */
transport?: TransportPin, 
/**
 * As in [`Profile::route`].
 */
route?: RoutePin, 
/**
 * As in [`Profile::keep_unused_minutes`].
 */
keepUnusedMinutes?: number, 
/**
 * As in [`Profile::pods`].
 */
pods?: PodChoice, 
/**
 * As in [`Profile::hold_seconds`].
 */
holdSeconds?: number, 
/**
 * As in [`Profile::turn_off_after_minutes`].
 */
turnOffAfterMinutes?: number, 
/**
 * As in [`Profile::at_start`].
 */
atStart?: AtStart, 
/**
 * As in [`Profile::ask_first`].
 */
askFirst?: boolean, 
/**
 * As in [`Profile::colour`].
 */
colour?: Colour, 
/**
 * As in [`Profile::group`]; spaces around it are left out.
 */
group?: string, 
/**
 * As in [`Profile::tags`]; spaces around them, empty ones and repetitions are left out.
 */
tags?: Array<string>, };

export type ProblemCode = "badInput" | "badFile" | "fileExists" | "unknownProfile" | "confirmFirst" | "profileStore" | "startAtLogin" | "kubeconfig" | "loginHelper" | "unreachable" | "proxy" | "tooBusy" | "untrusted" | "unauthorized" | "clusterChanged" | "badLogin" | "keyring" | "forbidden" | "targetNotFound" | "targetUnsuitable" | "noPod" | "portNotDeclared" | "portNotListening" | "podGone" | "tunnelLost" | "noTransport" | "localPortTaken" | "localPortDenied" | "demo" | "internal";

export type RemedyAction = { "type": "retry" } | { "type": "signIn", 
/**
 * Which.
 */
context: ContextRef, } | { "type": "trustServer", 
/**
 * Which cluster.
 */
context: ContextRef, } | { "type": "acceptCluster", 
/**
 * The cluster that it leads to now.
 */
cluster: ClusterIdentity, } | { "type": "keepForSession" } | { "type": "useFreePort", 
/**
 * Index of the port in the profile.
 */
port: number, } | { "type": "edit" };

export type Problem = { 
/**
 * Stable; for programs and translations.
 */
code: ProblemCode, 
/**
 * One plain sentence: what happened.
 */
what: Text, 
/**
 * One or two sentences: why, with the far end's own words where they help.
 */
why: Text, 
/**
 * What the person can do about it.
 */
remedy: Text, 
/**
 * The one button that helps, if there is one.
 */
action: RemedyAction | null, 
/**
 * The index of the port (in the draft or the profile) that is meant, if one is.
 */
port: number | null, };

export type ContextMark = { 
/**
 * Things that matter run there: Culvert asks before it connects, and shows the colour everywhere.
 */
production: boolean, 
/**
 * The colour; a production context without one is shown red.
 */
colour: Colour | null, };

export type Trust = { "kind": "system" } | { "kind": "pem", 
/**
 * One or more certificates.
 */
pem: string, } | { "kind": "file", 
/**
 * The file.
 */
path: string, } | { "kind": "pinned", 
/**
 * SHA-256 of the certificate in DER, hexadecimal in lower case without separators.
 */
sha256: string, };

export type ClusterDraft = { 
/**
 * What it is called in Culvert.
 */
name: string, 
/**
 * The API server's URL, with or without a path.
 */
server: string, 
/**
 * Whose word counts for the server's certificate.
 */
trust: Trust, 
/**
 * The namespace that is chosen first.
 */
namespace?: string, };

export type SignIn = { "method": "token", 
/**
 * It.
 */
token: SecretText, } | { "method": "password", 
/**
 * The name.
 */
user: string, 
/**
 * The password.
 */
password: SecretText, } | { "method": "browser" } | { "method": "certificate", 
/**
 * In PEM, with those between it and its authority.
 */
certificate: string, 
/**
 * Its key in PEM.
 */
key: SecretText, } | { "method": "pasted", 
/**
 * The whole text, again.
 */
text: SecretText, 
/**
 * Which of the contexts in it, where it is a kubeconfig.
 */
context?: string, 
/**
 * What is still missing: the password that belongs to the user name in the text.
 */
password?: SecretText, };

export type SignInMethod = "token" | "password" | "browser" | "certificate";

export type KeepSecret = "keyring" | "session";

export type PastedContext = { 
/**
 * Its name.
 */
name: string, 
/**
 * The API server's URL.
 */
server: string, 
/**
 * Whose word counts for its certificate.
 */
trust: Trust, 
/**
 * The namespace it prefers.
 */
namespace: string | null, 
/**
 * How it signs in; absent where Culvert cannot keep it (a login helper: add the file instead).
 */
method: SignInMethod | null, 
/**
 * Whether the secret it signs in with is in the text; a user may have a name and no password.
 */
hasSecret: boolean, 
/**
 * Why it cannot be used, as a sentence; `kubectl config view` without `--raw` leaves out what is secret.
 */
unusable: Text | null, };

export type Pasted = { "type": "login", 
/**
 * The API server's URL.
 */
server: string, 
/**
 * What to call the cluster.
 */
name: string, 
/**
 * The user name in it.
 */
user: string | null, 
/**
 * How it signs in. [`SignInMethod::Password`] needs the password where `has_secret` is false.
 */
method: SignInMethod, 
/**
 * Whether the token or the password is in it.
 */
hasSecret: boolean, 
/**
 * The authority it names, a file.
 */
authority: string | null, 
/**
 * It wants the server's certificate unchecked; Culvert shows the certificate instead.
 */
unchecked: boolean, } | { "type": "kubeconfig", 
/**
 * Those in it, the current one first.
 */
contexts: Array<PastedContext>, };

export type CertificateView = { 
/**
 * Whom it names.
 */
subject: string, 
/**
 * Who signed it.
 */
issuer: string, 
/**
 * The host names and addresses it is for.
 */
names: Array<string>, 
/**
 * From when it is valid, in milliseconds since 1970-01-01 UTC.
 */
notBeforeMs: number, 
/**
 * Until when.
 */
notAfterMs: number, 
/**
 * As in [`Trust::Pinned`](crate::Trust::Pinned).
 */
sha256: string, 
/**
 * Why it is not trusted, as a sentence; absent where it is.
 */
distrust: Text | null, };

export type SignInServerView = { 
/**
 * Its URL, without a path.
 */
url: string, 
/**
 * The certificate it shows.
 */
certificate: CertificateView, };

export type ServerReport = { 
/**
 * The certificate it shows; absent without TLS.
 */
certificate: CertificateView | null, 
/**
 * Whether it offers OpenShift's sign-in, so that name and password or the browser can be used.
 */
openshift: boolean, 
/**
 * The server that name and password or the browser sign in at, where that is another one.
 */
signInServer: SignInServerView | null, 
/**
 * The ways of signing in that it can be expected to take, the likeliest first.
 */
methods: Array<SignInMethod>, };

export type Standing = { "type": "unknown" } | { "type": "reachable" } | { "type": "unreachable", 
/**
 * Why.
 */
problem: Problem, } | { "type": "needsSignIn", 
/**
 * Why.
 */
problem: Problem, } | { "type": "signingIn", 
/**
 * Where the browser was sent, to be copied where none opened. Holds no secret.
 */
address: string, };

export type OwnView = { 
/**
 * For commands.
 */
id: string, 
/**
 * Whose word counts for its certificate.
 */
trust: Trust, 
/**
 * The namespace that is chosen first.
 */
namespace?: string, };

export type ClusterView = { 
/**
 * What profiles name it by.
 */
context: ContextRef, 
/**
 * What it is called; not always unique, see `hint`.
 */
name: string, 
/**
 * What tells it from another of the same name: the kubeconfig file. Absent where nothing is needed.
 */
hint?: string, 
/**
 * The API server's URL; empty where it is not known (the demo cluster that does not run).
 */
server: string, 
/**
 * How it stands with it, as far as it was asked.
 */
standing: Standing, 
/**
 * As whom the person is signed in, where Culvert knows.
 */
user?: string, 
/**
 * When the sign-in expires, in milliseconds since 1970-01-01 UTC, where it is known.
 */
expiresAtMs?: number, 
/**
 * That is in less than ten minutes, or past: it is time to sign in again.
 */
expiresSoon?: boolean, 
/**
 * How the person marked it.
 */
mark: ContextMark, 
/**
 * The ways of signing in from the window that make sense for it; empty where there are none (a login helper signs
 * in, or the demo cluster).
 */
signInMethods: Array<SignInMethod>, 
/**
 * Where Culvert itself keeps a secret for it, if it does.
 */
kept?: KeepSecret, 
/**
 * Of one that the person added: its description, to be edited.
 */
own?: OwnView, };

export type KeyringState = { "type": "unknown" } | { "type": "working" } | { "type": "unavailable", 
/**
 * Locked, missing, denied or slow, and what to do.
 */
problem: Problem, };

export type Subject = { "type": "cluster", 
/**
 * Which.
 */
context: ContextRef, } | { "type": "forward", 
/**
 * Which.
 */
id: ProfileId, };

export type Rung = "configuration" | "name" | "connection" | "proxy" | "certificate" | "signIn" | "permission" | "target" | "pod" | "declaredPort" | "listeningPort";

export type Outcome = { "type": "waiting" } | { "type": "running" } | { "type": "passed" } | { "type": "warned", 
/**
 * What to know.
 */
problem: Problem, } | { "type": "failed", 
/**
 * What happened, why, and what to do.
 */
problem: Problem, } | { "type": "skipped", 
/**
 * Why, as a sentence.
 */
why: Text, };

export type LadderStep = { 
/**
 * What is looked at.
 */
rung: Rung, 
/**
 * What came of it.
 */
outcome: Outcome, 
/**
 * What was found, in a sentence: `api.example.com is 10.1.2.3`. Empty while it is not known.
 */
detail: Text, 
/**
 * How long it took, in milliseconds.
 */
tookMs: number | null, };

export type Ladder = { 
/**
 * What was looked into, in words: `shop web` or `the cluster work`.
 */
title: Text, 
/**
 * When it was begun, in milliseconds since 1970-01-01 UTC.
 */
atMs: number, 
/**
 * In order; a failed one makes those above it [`Outcome::Skipped`].
 */
steps: Array<LadderStep>, 
/**
 * All of it as plain text without secrets, to be copied into a message.
 */
text: Text, };

export type Browsed = { "type": "namespaces", 
/**
 * Sorted.
 */
names: Array<string>, 
/**
 * The one the context prefers.
 */
preferred: string, 
/**
 * Whether the list is whole; more may come while it is not.
 */
complete: boolean, 
/**
 * Why the list is empty or partial: listing is forbidden, for example. A name can still be typed.
 */
notice: Problem | null, } | { "type": "targets", 
/**
 * New or changed, in no order.
 */
put: Array<TargetSummary>, 
/**
 * Gone.
 */
gone: Array<Target>, 
/**
 * Whether all lists have come; more may come while they have not.
 */
complete: boolean, 
/**
 * Kinds that could not be listed, each with the reason: all of them, each time.
 */
notices: Array<Problem>, };

export type ConnectStep = "bindingPorts" | "findingPod" | "openingTunnel";

export type ForwardState = { "type": "off" } | { "type": "connecting", 
/**
 * What is being done.
 */
step: ConnectStep, } | { "type": "ready" } | { "type": "live", 
/**
 * Open connections; at least 1.
 */
connections: number, } | { "type": "reconnecting", 
/**
 * Why it was lost or why the last try failed.
 */
reason: Problem, 
/**
 * When the next try starts, in milliseconds since 1970-01-01 UTC; absent while one is under way.
 */
retryAtMs: number | null, } | { "type": "needsAttention", 
/**
 * Why, and what to do.
 */
problem: Problem, };

export type TransportName = "webSocketTunnel" | "spdy" | "channel";

export type RouteName = "pod" | "node" | "historic";

export type Shadow = { 
/**
 * Where it listens, for example `::1`.
 */
address: string, 
/**
 * Who it is, where that is known: `nginx (process 123)`.
 */
program: Text | null, 
/**
 * What that means, and what to do about it.
 */
sentence: Text, };

export type PortView = { 
/**
 * The remote side as it was asked for: a number or a name.
 */
remote: string, 
/**
 * The local port while it is bound.
 */
local: number | null, 
/**
 * The addresses that are bound, for example `127.0.0.1` and `::1`.
 */
addresses: Array<string>, 
/**
 * The port in the pod, while it is known which pod serves.
 */
podPort?: number, 
/**
 * Another program that may be reached instead under the name `localhost`.
 */
shadow?: Shadow, };

export type Statistics = { 
/**
 * When it was turned on in this run of the application, in milliseconds since 1970-01-01 UTC; absent where it was not.
 */
onSinceMs: number | null, 
/**
 * Connections that programs on this computer have made.
 */
connections: number, 
/**
 * Those of them that failed.
 */
failed: number, 
/**
 * The most that came from the pod in one second, in bytes.
 */
peakIn: number, 
/**
 * The most that went to the pod in one second, in bytes.
 */
peakOut: number, 
/**
 * How long it took to open the latest connection to the pod's node, in milliseconds.
 */
dialMs: number | null, 
/**
 * How long the node takes to answer, in microseconds, as far as a transport can tell.
 */
roundTripUs: number | null, };

export type ForwardView = { 
/**
 * What was saved.
 */
profile: Profile, 
/**
 * What is going on.
 */
state: ForwardState, 
/**
 * One for each of the profile's ports, in its order.
 */
ports: Array<PortView>, 
/**
 * The pod that serves now.
 */
pod: string | null, 
/**
 * Further pods that take their turns.
 */
otherPods?: Array<string>, 
/**
 * Changes of pods are learned late: watching them is forbidden, so they are asked after from time to time.
 */
asksForPods?: boolean, 
/**
 * How the tunnel reaches it.
 */
transport: TransportName | null, 
/**
 * By which path of the API server.
 */
route?: RouteName, 
/**
 * From the pod to this computer, in bytes, since the forward was turned on.
 */
bytesIn: number, 
/**
 * From this computer to the pod, in bytes, since the forward was turned on.
 */
bytesOut: number, 
/**
 * Other numbers since the forward was turned on.
 */
statistics?: Statistics, 
/**
 * The latest connection that failed while the forward itself goes on; cleared by the next one that works.
 */
lastFailure: Problem | null, };

export type TimelineCode = "turnedOn" | "turnedOff" | "profileChanged" | "listening" | "shadowed" | "findingPod" | "tunnelOpened" | "podChanged" | "tunnelLost" | "waiting" | "back" | "released" | "needsAttention" | "connectionFailed";

export type ConnectionState = { "type": "waiting" } | { "type": "open", 
/**
 * Its name.
 */
pod: string, };

export type ConnectionView = { 
/**
 * No other connection of this run of the application has it; later ones have higher numbers.
 */
number: number, 
/**
 * The program's address and port, for example `127.0.0.1:51234`.
 */
from: string, 
/**
 * Index of the port in the profile.
 */
port: number, 
/**
 * Whether it is carried.
 */
state: ConnectionState, 
/**
 * When the program connected, in milliseconds since 1970-01-01 UTC.
 */
openedAtMs: number, 
/**
 * From the pod to the program, in bytes.
 */
bytesIn: number, 
/**
 * From the program to the pod, in bytes.
 */
bytesOut: number, };

export type Connections = { 
/**
 * The latest first. Where there are too many to list, these are the latest and the oldest ones.
 */
listed: Array<ConnectionView>, 
/**
 * How many are neither among the latest nor among the oldest.
 */
leftOff: number, };

export type TimelineEntry = { 
/**
 * Counts up from 1 for each forward. An entry that comes again under its number takes the place of the one before.
 */
number: number, 
/**
 * When it happened, for the last time if it did so more than once; in milliseconds since 1970-01-01 UTC.
 */
atMs: number, 
/**
 * When it happened first.
 */
firstMs: number, 
/**
 * How often it happened, without anything else between.
 */
count: number, 
/**
 * Stable; for programs, icons and translations.
 */
code: TimelineCode, 
/**
 * One short sentence.
 */
what: Text, 
/**
 * Why, or which pod; empty where there is no more to say.
 */
detail: Text, };

export type Theme = "system" | "light" | "dark";

export type Language = "system" | "english" | "german";

export type OnClose = "keepRunning" | "quit";

export type Preferences = { 
/**
 * How the window is coloured.
 */
theme: Theme, 
/**
 * What the window, the tray and the engine speak.
 */
language: Language, 
/**
 * Where new forwards listen, as in [`Profile::bind_address`](crate::Profile::bind_address). Forwards that are there
 * stay where they are.
 */
bindAddress: string, 
/**
 * How long callers are held by forwards that say nothing of it, in seconds, 600 at most.
 */
holdSeconds: number, 
/**
 * How long forwards that say nothing of it keep a tunnel without connections, in minutes; 0: for ever.
 */
keepUnusedMinutes: number, 
/**
 * Whether the desktop tells when a tunnel is lost and when it is back.
 */
notifications: boolean, 
/**
 * What closing the window does.
 */
onClose: OnClose, 
/**
 * Whether the person was told that tunnels stay open when the window is closed. Said once, and never taken back.
 */
toldOfTray: boolean, };

export type StartAtLogin = { "type": "unavailable" } | { "type": "off" } | { "type": "on" } | { "type": "unknown", 
/**
 * Why.
 */
problem: Problem, };

export type DemoState = "unavailable" | "stopped" | "running";

export type Snapshot = { 
/**
 * The number of the last event it includes.
 */
number: number, 
/**
 * In the order of the profile file.
 */
forwards: Array<ForwardView>, 
/**
 * The contexts that can be chosen.
 */
catalog: ContextCatalog, 
/**
 * The clusters that can be chosen, in the order in which they are offered.
 */
clusters: Array<ClusterView>, 
/**
 * Whether secrets can be kept in the keyring.
 */
keyring: KeyringState, 
/**
 * Secrets that Culvert keeps, in the keyring and for this session.
 */
secrets: number, 
/**
 * The demo cluster.
 */
demo: DemoState, 
/**
 * What the person prefers.
 */
preferences: Preferences, 
/**
 * Whether the system starts Culvert when the person logs in.
 */
startAtLogin: StartAtLogin, 
/**
 * Something about the saved profiles that the person should know (a broken file was set aside, saving failed …).
 */
notice: Problem | null, };

export type ImportKind = "culvert" | "kftray" | "kubeForwarder";

export type ImportFound = { "type": "here" } | { "type": "otherName", 
/**
 * That name.
 */
name: string, } | { "type": "added" } | { "type": "chosen" } | { "type": "missing" } | { "type": "elsewhere", 
/**
 * That server's URL.
 */
server: string, };

export type ImportCluster = { 
/**
 * Names it in this file.
 */
key: string, 
/**
 * What the file calls it.
 */
name: string, 
/**
 * The API server's URL, where the file says so.
 */
server: string | null, 
/**
 * The kubeconfig that it was in where the file was written, where the file says so.
 */
file?: string, 
/**
 * What was found for it here.
 */
found: ImportFound, 
/**
 * What its forwards will name; absent until the person chooses.
 */
context: ContextRef | null, 
/**
 * The file has a sign-in for it, which is left out.
 */
hasSignIn: boolean, };

export type ImportField = "target" | "ports" | "bindAddress" | "transport" | "route" | "keepUnusedMinutes" | "pods" | "holdSeconds" | "turnOffAfterMinutes" | "atStart" | "askFirst" | "colour" | "group" | "tags";

export type ImportStanding = { "type": "new" } | { "type": "same", 
/**
 * Which.
 */
id: ProfileId, } | { "type": "changed", 
/**
 * Which.
 */
id: ProfileId, 
/**
 * In what.
 */
fields: Array<ImportField>, } | { "type": "needsCluster" } | { "type": "unusable", 
/**
 * Why, in one or two sentences.
 */
reason: Text, };

export type PortClash = { 
/**
 * The local port.
 */
local: number, 
/**
 * Their names.
 */
names: Array<string>, };

export type ImportRow = { 
/**
 * What the file calls it.
 */
name: string, 
/**
 * The key of its cluster.
 */
cluster?: string, 
/**
 * What it would be here; absent where it cannot be. As long as it needs a cluster, its context means nothing.
 */
draft: ProfileDraft | null, 
/**
 * How it compares with what there is.
 */
standing: ImportStanding, 
/**
 * Other forwards, of the file and here, that ask for the same local port.
 */
clashes: Array<PortClash>, 
/**
 * What the file says and Culvert does not do, in sentences.
 */
notes: Array<Text>, };

export type ImportPreview = { 
/**
 * Names it in [`Command::Import`](crate::Command::Import); only the latest one can be named.
 */
import: number, 
/**
 * Where the file is.
 */
path: string, 
/**
 * Who wrote it.
 */
kind: ImportKind, 
/**
 * The clusters that the file names, in its order.
 */
clusters: Array<ImportCluster>, 
/**
 * Each forward of the file, in its order.
 */
rows: Array<ImportRow>, };

export type ImportClusterChoice = { 
/**
 * Its key in the file.
 */
key: string, 
/**
 * What the person chose. A context of a kubeconfig need not be there yet.
 */
context: ContextRef, };

export type ImportDeed = "add" | "replace";

export type ImportChoice = { 
/**
 * Its index in [`ImportPreview::rows`].
 */
row: number, 
/**
 * What.
 */
deed: ImportDeed, 
/**
 * Whether the local ports in [`ImportRow::clashes`] become free ones.
 */
freePorts?: boolean, };

export type Command = { "type": "snapshot" } | { "type": "reloadContexts" } | { "type": "addKubeconfigFile", 
/**
 * Its path, absolute.
 */
path: string, } | { "type": "removeKubeconfigFile", 
/**
 * Its path.
 */
path: string, } | { "type": "readPasted", 
/**
 * What was pasted.
 */
text: SecretText, } | { "type": "probeServer", 
/**
 * Its URL.
 */
server: string, 
/**
 * Whose word counts for its certificate.
 */
trust: Trust, 
/**
 * The context of a kubeconfig that it is the server of; then what that says counts, and not the two above.
 */
context?: ContextRef, } | { "type": "addCluster", 
/**
 * The cluster.
 */
draft: ClusterDraft, 
/**
 * How to sign in. For a pasted kubeconfig its own authority counts.
 */
signIn: SignIn, 
/**
 * Where its secret is kept.
 */
keep?: KeepSecret, } | { "type": "updateCluster", 
/**
 * Which.
 */
id: string, 
/**
 * Its new description.
 */
draft: ClusterDraft, } | { "type": "removeCluster", 
/**
 * Which.
 */
id: string, } | { "type": "restoreCluster", 
/**
 * Which.
 */
id: string, } | { "type": "signIn", 
/**
 * Which cluster.
 */
context: ContextRef, 
/**
 * With what.
 */
signIn: SignIn, 
/**
 * Where the secret is kept.
 */
keep?: KeepSecret, } | { "type": "cancelSignIn", 
/**
 * Which cluster; none: that of [`Command::AddCluster`].
 */
context?: ContextRef, } | { "type": "signOut", 
/**
 * Which.
 */
context: ContextRef, } | { "type": "forgetSecrets" } | { "type": "retryKeyring" } | { "type": "markContext", 
/**
 * Which.
 */
context: ContextRef, 
/**
 * How; the default takes the mark away.
 */
mark: ContextMark, } | { "type": "acceptCluster", 
/**
 * Which forward.
 */
id: ProfileId, } | { "type": "diagnose", 
/**
 * What.
 */
subject: Subject, 
/**
 * Comes back with the events; chosen by whoever asks.
 */
run: number, } | { "type": "look", 
/**
 * Comes back with the events; chosen by whoever looks.
 */
look: number, 
/**
 * The cluster to look at.
 */
context: ContextRef, 
/**
 * The namespace to look in; none: the namespaces.
 */
namespace?: string, } | { "type": "stopLooking", 
/**
 * Which.
 */
look: number, } | { "type": "setPreferences", 
/**
 * All of it.
 */
preferences: Preferences, } | { "type": "readStartAtLogin" } | { "type": "setStartAtLogin", 
/**
 * Whether it does.
 */
on: boolean, } | { "type": "startDemo" } | { "type": "listNamespaces", 
/**
 * The cluster to ask.
 */
context: ContextRef, } | { "type": "listTargets", 
/**
 * The cluster to ask.
 */
context: ContextRef, 
/**
 * The namespace to look in.
 */
namespace: string, } | { "type": "checkPorts", 
/**
 * In the grammar of [`PortMapping`](crate::PortMapping).
 */
ports: Array<string>, } | { "type": "create", 
/**
 * What to save.
 */
draft: ProfileDraft, 
/**
 * Whether to connect at once.
 */
connect: boolean, } | { "type": "update", 
/**
 * Which.
 */
id: ProfileId, 
/**
 * Its new content.
 */
draft: ProfileDraft, } | { "type": "timeline", 
/**
 * Which.
 */
id: ProfileId, } | { "type": "watchConnections", 
/**
 * Which forward.
 */
id: ProfileId, } | { "type": "stopWatchingConnections", 
/**
 * Which forward.
 */
id: ProfileId, } | { "type": "closeConnection", 
/**
 * Which forward.
 */
id: ProfileId, 
/**
 * Its [`ConnectionView::number`](crate::ConnectionView::number).
 */
connection: number, } | { "type": "connect", 
/**
 * Which.
 */
id: ProfileId, 
/**
 * Whether the person was asked, for a profile that asks first; without, it is refused with
 * [`ProblemCode::ConfirmFirst`](crate::ProblemCode::ConfirmFirst), unless it is on already.
 */
confirmed?: boolean, } | { "type": "keepOn", 
/**
 * Which.
 */
id: ProfileId, } | { "type": "reorder", 
/**
 * The first first.
 */
ids: Array<ProfileId>, } | { "type": "setFavourite", 
/**
 * Which.
 */
id: ProfileId, 
/**
 * Whether it is one now.
 */
favourite: boolean, } | { "type": "disconnect", 
/**
 * Which.
 */
id: ProfileId, } | { "type": "useFreePort", 
/**
 * Which.
 */
id: ProfileId, 
/**
 * Index of the port in the profile.
 */
port: number, } | { "type": "delete", 
/**
 * Which.
 */
id: ProfileId, } | { "type": "restore", 
/**
 * Which.
 */
id: ProfileId, } | { "type": "exportProfiles", 
/**
 * Which; none: all. Identifiers that are gone count for nothing.
 */
ids?: Array<ProfileId>, 
/**
 * The file. From the beginning, or from `~/`.
 */
path: string, 
/**
 * Whether a file that is there is replaced; without, it is refused with
 * [`ProblemCode::FileExists`](crate::ProblemCode::FileExists).
 */
replace?: boolean, } | { "type": "readImport", 
/**
 * The file. From the beginning, or from `~/`.
 */
path: string, 
/**
 * What the person chose for clusters that are not here.
 */
clusters?: Array<ImportClusterChoice>, } | { "type": "import", 
/**
 * Which file, as its preview says.
 */
import: number, 
/**
 * The forwards that are taken over.
 */
choices: Array<ImportChoice>, } | { "type": "undoImport", 
/**
 * Which.
 */
import: number, };

export type Reply = { "type": "done" } | { "type": "snapshot", 
/**
 * It.
 */
snapshot: Snapshot, } | { "type": "contexts", 
/**
 * They.
 */
catalog: ContextCatalog, } | { "type": "namespaces", 
/**
 * Sorted.
 */
names: Array<string>, 
/**
 * The one the context prefers.
 */
preferred: string, 
/**
 * Why the list is empty or partial: listing is forbidden, for example. A name can still be typed.
 */
notice: Problem | null, } | { "type": "targets", 
/**
 * Services first, then deployments, stateful sets, daemon sets, replica sets, jobs and pods, each by name.
 */
targets: Array<TargetSummary>, 
/**
 * Kinds that could not be listed, each with the reason.
 */
notices: Array<Problem>, } | { "type": "pasted", 
/**
 * It.
 */
pasted: Pasted, } | { "type": "server", 
/**
 * It.
 */
report: ServerReport, } | { "type": "clusterAdded", 
/**
 * What profiles name it by.
 */
context: ContextRef, } | { "type": "ladder", 
/**
 * It.
 */
ladder: Ladder, } | { "type": "portCheck", 
/**
 * In the order asked.
 */
errors: Array<Text | null>, } | { "type": "timeline", 
/**
 * The latest last.
 */
entries: Array<TimelineEntry>, } | { "type": "created", 
/**
 * Its identifier.
 */
id: ProfileId, } | { "type": "exported", 
/**
 * Profiles in it.
 */
count: number, 
/**
 * Where it is.
 */
path: string, } | { "type": "importPreview", 
/**
 * It.
 */
preview: ImportPreview, } | { "type": "imported", 
/**
 * Of which file, for [`Command::UndoImport`].
 */
import: number, 
/**
 * How many.
 */
count: number, };

export type Event = { "type": "forwardChanged", 
/**
 * The whole of it.
 */
forward: ForwardView, } | { "type": "forwardRemoved", 
/**
 * Which.
 */
id: ProfileId, } | { "type": "reordered", 
/**
 * All of them, the first first.
 */
ids: Array<ProfileId>, } | { "type": "traffic", 
/**
 * Which.
 */
id: ProfileId, 
/**
 * From the pod to this computer, in bytes, since the forward was turned on.
 */
bytesIn: number, 
/**
 * From this computer to the pod, in bytes, since the forward was turned on.
 */
bytesOut: number, 
/**
 * The other numbers.
 */
statistics?: Statistics, } | { "type": "connections", 
/**
 * Which.
 */
id: ProfileId, 
/**
 * All of them, in place of those before.
 */
connections: Connections, } | { "type": "happened", 
/**
 * Which forward.
 */
id: ProfileId, 
/**
 * The entry.
 */
entry: TimelineEntry, } | { "type": "connectionAccepted", 
/**
 * Which forward.
 */
id: ProfileId, 
/**
 * The local port.
 */
local: number, } | { "type": "connectionFailed", 
/**
 * Which forward.
 */
id: ProfileId, 
/**
 * The local port.
 */
local: number, 
/**
 * The port in the pod, as far as it is known.
 */
remote: string, 
/**
 * Why.
 */
problem: Problem, } | { "type": "contextsChanged", 
/**
 * What there is now.
 */
catalog: ContextCatalog, } | { "type": "clustersChanged", 
/**
 * All of them, in the order in which they are offered.
 */
clusters: Array<ClusterView>, } | { "type": "keyringChanged", 
/**
 * Whether they can.
 */
keyring: KeyringState, 
/**
 * Secrets that Culvert keeps, in the keyring and for this session.
 */
secrets: number, } | { "type": "ladderStep", 
/**
 * As in the command.
 */
run: number, 
/**
 * Which step, counted from 0. The first event of a run is step 0.
 */
index: number, 
/**
 * It.
 */
step: LadderStep, } | { "type": "browsed", 
/**
 * As in the command.
 */
look: number, 
/**
 * It.
 */
browsed: Browsed, } | { "type": "lookEnded", 
/**
 * As in the command.
 */
look: number, 
/**
 * Why.
 */
problem: Problem, } | { "type": "noticeChanged", 
/**
 * As in [`Snapshot::notice`](crate::Snapshot::notice) from now on.
 */
notice: Problem | null, } | { "type": "preferencesChanged", 
/**
 * All of it as it is now.
 */
preferences: Preferences, } | { "type": "startAtLoginChanged", 
/**
 * How it is now.
 */
startAtLogin: StartAtLogin, } | { "type": "demoChanged", 
/**
 * Its state now.
 */
demo: DemoState, };

export type NumberedEvent = { 
/**
 * Counts up from 1 without gaps, but for [`Event::Traffic`] and [`Event::Connections`] where a listener does not want them; [`Snapshot::number`](crate::Snapshot::number) says what a snapshot includes.
 */
number: number, 
/**
 * When, in milliseconds since 1970-01-01 UTC.
 */
atMs: number, 
/**
 * What.
 */
event: Event, };

export type Update = { "type": "snapshot", 
/**
 * The state of everything.
 */
snapshot: Snapshot, } | { "type": "event", 
/**
 * It.
 */
event: NumberedEvent, };
