// Generated from the engine's Rust types by `npm run types`. Do not edit: CI fails when this file is stale.

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
obstacle: string | null, 
/**
 * What is unusual about its ports, in one sentence.
 */
note?: string, };

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
file: string, };

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
reason: string, };

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
problems: Array<KubeconfigProblem>, };

export type ProfileId = string;

export type ContextRef = { "kind": "kubeconfig", 
/**
 * The context's name.
 */
name: string, } | { "kind": "demo" };

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
 * How long a tunnel without connections is kept, in minutes; 0: for ever. The local ports stay in any case.
 */
keepUnusedMinutes?: number, 
/**
 * Which of the target's pods serve; of no meaning where the target is a pod.
 */
pods?: PodChoice, 
/**
 * How long callers are held while there is no tunnel for them, in seconds, 600 at most; 0: no longer than opening one
 * takes.
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
 * As in [`Profile::bind_address`]; empty means `localhost`.
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

export type ProblemCode = "badInput" | "unknownProfile" | "confirmFirst" | "profileStore" | "kubeconfig" | "loginHelper" | "unreachable" | "proxy" | "tooBusy" | "untrusted" | "unauthorized" | "forbidden" | "targetNotFound" | "targetUnsuitable" | "noPod" | "portNotDeclared" | "portNotListening" | "podGone" | "tunnelLost" | "noTransport" | "localPortTaken" | "localPortDenied" | "demo" | "internal";

export type RemedyAction = { "type": "retry" } | { "type": "useFreePort", 
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
what: string, 
/**
 * One or two sentences: why, with the far end's own words where they help.
 */
why: string, 
/**
 * What the person can do about it.
 */
remedy: string, 
/**
 * The one button that helps, if there is one.
 */
action: RemedyAction | null, 
/**
 * The index of the port (in the draft or the profile) that is meant, if one is.
 */
port: number | null, };

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
program: string | null, 
/**
 * What that means, and what to do about it.
 */
sentence: string, };

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
what: string, 
/**
 * Why, or which pod; empty where there is no more to say.
 */
detail: string, };

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
 * The demo cluster.
 */
demo: DemoState, 
/**
 * Something about the saved profiles that the person should know (a broken file was set aside, saving failed …).
 */
notice: Problem | null, };

export type Command = { "type": "snapshot" } | { "type": "reloadContexts" } | { "type": "startDemo" } | { "type": "listNamespaces", 
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
id: ProfileId, } | { "type": "connect", 
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
id: ProfileId, } | { "type": "disconnect", 
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
id: ProfileId, };

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
notices: Array<Problem>, } | { "type": "portCheck", 
/**
 * In the order asked.
 */
errors: Array<string | null>, } | { "type": "timeline", 
/**
 * The latest last.
 */
entries: Array<TimelineEntry>, } | { "type": "created", 
/**
 * Its identifier.
 */
id: ProfileId, };

export type Event = { "type": "forwardChanged", 
/**
 * The whole of it.
 */
forward: ForwardView, } | { "type": "forwardRemoved", 
/**
 * Which.
 */
id: ProfileId, } | { "type": "traffic", 
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
statistics?: Statistics, } | { "type": "happened", 
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
catalog: ContextCatalog, } | { "type": "noticeChanged", 
/**
 * As in [`Snapshot::notice`](crate::Snapshot::notice) from now on.
 */
notice: Problem | null, } | { "type": "demoChanged", 
/**
 * Its state now.
 */
demo: DemoState, };

export type NumberedEvent = { 
/**
 * Counts up from 1 without gaps, but for [`Event::Traffic`] where a listener does not want it; [`Snapshot::number`](crate::Snapshot::number) says what a snapshot includes.
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
