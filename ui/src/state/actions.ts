import type { ClusterView, ForwardView } from "../backend/types";
import { commandLine } from "../format/commandLine";
import { copyForms } from "../format/copyForms";
import { localHost } from "../format/ports";
import { text } from "../text";
import type { App } from "./app";
import { moveBy, setFavourite } from "./arrange";
import { connectAll, disconnectAll, putIntoGroup, removeAll } from "./bulk";
import type { RowKey, WindowKey } from "./shortcuts";
import { clusterOf, type ForwardGroup, isActive } from "./view";

/** Something that a person can do, wherever it is offered. */
export interface Action {
  id: string;
  label: string;
  /** The key that does the same. */
  windowKey?: WindowKey;
  rowKey?: RowKey;
  /** Begins a new part of a menu. */
  apart?: boolean;
  /** Of several, one of which always holds: whether it is this one. */
  checked?: boolean;
  run: () => unknown;
}

/** What can be done with a forward. */
export function forwardActions(app: App, forward: ForwardView): Action[] {
  const { profile, ports } = forward;
  const { id } = profile;
  const host = localHost(profile.bindAddress);
  const { navigation } = app;
  const open = ports.flatMap(({ local }, index) =>
    local === null ? [] : [{ index, address: `${host}:${local}` }],
  );
  const problem = forward.state.type === "needsAttention" ? forward.state.problem : null;
  return [
    ...(problem?.action
      ? [
          {
            id: "remedy",
            label: text.problem[problem.action.type],
            run: () => app.remedy(id, problem),
          },
        ]
      : []),
    {
      id: "toggle",
      label: profile.on ? text.commands.forward.disconnect : text.commands.forward.connect,
      rowKey: "toggle",
      run: () => app.toggle(forward),
    },
    {
      id: "details",
      label: text.commands.forward.details,
      rowKey: "details",
      run: () => navigation.openDetails(id),
    },
    { id: "why", label: text.clusters.why, run: () => app.why({ type: "forward", id }) },
    ...(profile.on && profile.offAtMs !== undefined
      ? [{ id: "keepOn", label: text.options.keepOn, run: () => app.run({ type: "keepOn", id }) }]
      : []),
    ...open.map(({ address }, at): Action => ({
      id: `copy ${at}`,
      label: text.commands.forward.copy(address),
      apart: at === 0,
      run: async () => (await app.copy(address)) && app.toasts.show(text.commands.forward.copied(address)),
    })),
    ...open.map(({ address, index }): Action => ({
      id: `open ${index}`,
      label: text.commands.forward.open(address),
      run: () => app.open(id, index),
    })),
    ...(commandLine(forward, "kubectl") === null
      ? []
      : (["kubectl", "oc"] as const).map((program): Action => ({
          id: `copy ${program}`,
          label: text.commands.forward.copyCommand(program),
          apart: program === "kubectl" && open.length === 0,
          run: () => app.copyCommand(forward, program),
        }))),
    {
      id: "edit",
      label: text.commands.forward.edit,
      rowKey: "edit",
      apart: true,
      run: () => navigation.edit(id),
    },
    { id: "duplicate", label: text.commands.forward.duplicate, run: () => app.duplicate(forward) },
    {
      id: "favourite",
      label: profile.favourite ? text.arrange.dropFavourite : text.arrange.addFavourite,
      apart: true,
      rowKey: "favourite",
      run: () => setFavourite(app, [forward], !profile.favourite),
    },
    {
      id: "group",
      label: text.arrange.moveToGroup,
      rowKey: "group",
      run: () => (navigation.dialog = { type: "group", ids: [id] }),
    },
    ...moves(app, [forward]),
    {
      id: "remove",
      label: text.commands.forward.remove,
      rowKey: "remove",
      apart: true,
      run: () => removeAll(app, [forward]),
    },
  ];
}

/** What can be done with one port of a forward that is open; empty while it is not. */
export function portActions(app: App, forward: ForwardView, index: number): Action[] {
  const forms = copyForms(forward, index);
  if (forms === null) return [];
  const { profile } = forward;
  const copy = (id: string, line: string): Action => ({
    id,
    label: text.chipMenu.copy(line),
    run: async () => (await app.copy(line)) && app.toasts.show(text.chipMenu.copied(line)),
  });
  const programs = (["kubectl", "oc"] as const).filter((program) => commandLine(forward, program) !== null);
  return [
    copy("address", forms.address),
    copy("url", forms.url),
    ...forms.env.map((line) => copy(line, line)),
    ...programs.map((program, at): Action => ({
      id: program,
      label: text.commands.forward.copyCommand(program),
      apart: at === 0,
      run: () => app.copyCommand(forward, program),
    })),
    { id: "open", label: text.chipMenu.open, apart: true, run: () => app.open(profile.id, index) },
  ];
}

/** What can be done with a cluster. */
export function clusterActions(app: App, view: ClusterView): Action[] {
  const { context, own } = view;
  const { navigation } = app;
  const ask = (type: "signIn" | "editCluster" | "mark") => () => (navigation.dialog = { type, context });
  const words = text.clusters;
  return [
    ...(view.signInMethods.length > 0
      ? [
          {
            id: "signIn",
            label: view.standing.type === "needsSignIn" ? words.signIn : words.signInAgain,
            run: ask("signIn"),
          },
        ]
      : []),
    ...(view.kept !== undefined
      ? [{ id: "signOut", label: words.signOut, run: () => app.signOut(view) }]
      : []),
    { id: "why", label: words.why, run: () => app.why({ type: "cluster", context }) },
    ...(own === undefined ? [] : [{ id: "edit", label: words.edit, run: ask("editCluster") }]),
    ...(clusterOf(context, app.session.model.clusters) === undefined
      ? []
      : [{ id: "mark", label: words.mark, run: ask("mark") }]),
    ...(own === undefined
      ? []
      : [{ id: "remove", label: words.remove, apart: true, run: () => app.removeCluster(view) }]),
  ];
}

/** How the list can be sorted. */
export function sortActions({ navigation }: App): Action[] {
  return (["name", "state", "recent", "own"] as const).map((sort) => ({
    id: `sort ${sort}`,
    label: text.commands.sort.choose(text.commands.sort.by[sort]),
    checked: navigation.sort === sort,
    run: () => navigation.sortBy(sort),
  }));
}

/** What can be done with several forwards. */
export function bulkActions(app: App, forwards: readonly ForwardView[]): Action[] {
  const favourites = forwards.every(({ profile }) => profile.favourite);
  return [
    { id: "connect", label: text.commands.forward.connect, run: () => connectAll(app, forwards) },
    { id: "disconnect", label: text.commands.forward.disconnect, run: () => disconnectAll(app, forwards) },
    {
      id: "favourite",
      label: favourites ? text.arrange.dropFavourite : text.arrange.addFavourite,
      apart: true,
      rowKey: "favourite",
      run: () => setFavourite(app, forwards, !favourites),
    },
    {
      id: "group",
      label: text.arrange.moveToGroup,
      rowKey: "group",
      run: () => (app.navigation.dialog = { type: "group", ids: forwards.map(({ profile }) => profile.id) }),
    },
    {
      id: "export",
      label: text.exchange.exportThese,
      apart: true,
      run: () => app.navigation.exportForwards(forwards.map(({ profile }) => profile.id)),
    },
    ...(forwards.some(({ profile }) => profile.group)
      ? [
          {
            id: "ungroup",
            label: text.commands.bulk.ungroup,
            run: () => putIntoGroup(app, forwards, ""),
          },
        ]
      : []),
    ...moves(app, forwards),
    {
      id: "remove",
      label: text.commands.forward.remove,
      apart: true,
      rowKey: "remove",
      run: () => removeAll(app, forwards),
    },
  ];
}

/** What can be done with all of a group. */
export function groupActions(app: App, { name, total, active }: ForwardGroup): Action[] {
  const members = () => app.session.model.forwards.filter(({ profile }) => profile.group === name);
  const { navigation } = app;
  return [
    ...(active < total
      ? [{ id: "connect", label: text.arrange.connectAll, run: () => connectAll(app, members()) }]
      : []),
    ...(active > 0
      ? [{ id: "disconnect", label: text.arrange.disconnectAll, run: () => disconnectAll(app, members()) }]
      : []),
    {
      id: "rename",
      label: text.arrange.renameGroup,
      run: () =>
        (navigation.dialog = { type: "group", ids: members().map(({ profile }) => profile.id), whole: name }),
    },
    { id: "dissolve", label: text.arrange.dissolveGroup, run: () => putIntoGroup(app, members(), "") },
  ];
}

/** What the window can do as such; those with a key are what the key does. */
export function windowActions(app: App): Action[] {
  const { navigation, zoom, toasts } = app;
  const labels = text.commands.window;
  const on = app.session.model.forwards.filter(isActive);
  return [
    {
      id: "newForward",
      label: labels.newForward,
      windowKey: "newForward",
      run: () => navigation.newForward(),
    },
    { id: "addCluster", label: text.clusters.add, run: () => navigation.addCluster() },
    { id: "search", label: labels.search, windowKey: "search", run: () => focusSearch(app) },
    { id: "all", label: labels.all, run: () => navigation.showSection({ type: "all" }) },
    { id: "favourites", label: labels.favourites, run: () => navigation.showSection({ type: "favourites" }) },
    { id: "active", label: labels.active, run: () => navigation.showSection({ type: "active" }) },
    ...(on.length > 0
      ? [{ id: "disconnectAll", label: labels.disconnectAll, run: () => disconnectAll(app, on) }]
      : []),
    { id: "sortName", label: labels.sortName, run: () => navigation.sortBy("name") },
    { id: "sortState", label: labels.sortState, run: () => navigation.sortBy("state") },
    { id: "sortRecent", label: labels.sortRecent, run: () => navigation.sortBy("recent") },
    { id: "sortOwn", label: labels.sortOwn, run: () => navigation.sortBy("own") },
    { id: "settings", label: labels.settings, windowKey: "settings", run: () => navigation.settings() },
    ...themeActions(app),
    { id: "import", label: text.exchange.importMenu, run: () => navigation.importForwards() },
    ...(app.session.model.forwards.length > 0
      ? [{ id: "export", label: text.exchange.exportMenu, run: () => navigation.exportForwards() }]
      : []),
    { id: "diagnostics", label: text.settings.copyDiagnostics, run: () => app.copyDiagnostics() },
    { id: "undo", label: labels.undo, windowKey: "undo", run: () => toasts.undo() },
    { id: "larger", label: labels.larger, windowKey: "larger", run: () => zoom.larger() },
    { id: "smaller", label: labels.smaller, windowKey: "smaller", run: () => zoom.smaller() },
    { id: "usual", label: labels.usual, windowKey: "usual", run: () => zoom.usual() },
    {
      id: "shortcuts",
      label: labels.shortcuts,
      windowKey: "shortcuts",
      run: () => (navigation.overlay = "shortcuts"),
    },
  ];
}

/** Another colouring of the window. */
function themeActions(app: App): Action[] {
  const { preferences } = app.session.model;
  return (["system", "light", "dark"] as const)
    .filter((theme) => theme !== preferences.theme)
    .map((theme) => ({
      id: `theme ${theme}`,
      label: text.settings.themeCommand[theme],
      run: () => app.run({ type: "setPreferences", preferences: { ...preferences, theme } }),
    }));
}

/** Only where rows have a place of their own. */
function moves(app: App, forwards: readonly ForwardView[]): Action[] {
  if (app.navigation.sort !== "own") return [];
  return [
    { id: "up", label: text.arrange.moveUp, rowKey: "moveUp", run: () => moveBy(app, forwards, -1) },
    { id: "down", label: text.arrange.moveDown, rowKey: "moveDown", run: () => moveBy(app, forwards, 1) },
  ];
}

/** New forward and Search have a field of their own for this key; from any other screen it leads to the list. */
function focusSearch({ navigation }: App): void {
  const field = () => document.querySelector<HTMLInputElement>('main [role="searchbox"]');
  if (field() === null) navigation.showList();
  // The list is drawn first.
  queueMicrotask(() => field()?.select());
}
