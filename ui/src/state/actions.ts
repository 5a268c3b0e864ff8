import type { ForwardView } from "../backend/types";
import { localHost } from "../format/ports";
import { text } from "../text";
import type { App } from "./app";
import { connectAll, disconnectAll, putIntoGroup, removeAll } from "./bulk";
import type { RowKey, WindowKey } from "./shortcuts";
import { isActive } from "./view";

/** Something that a person can do, wherever it is offered. */
export interface Action {
  id: string;
  label: string;
  /** The key that does the same. */
  windowKey?: WindowKey;
  rowKey?: RowKey;
  /** Begins a new part of a menu. */
  apart?: boolean;
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
  return [
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
    ...(profile.context.kind === "demo" || profile.target.kind === "selector"
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
    {
      id: "favourite",
      label: profile.favourite ? text.commands.forward.unfavour : text.commands.forward.favour,
      run: () => app.favour(forward, !profile.favourite),
    },
    { id: "duplicate", label: text.commands.forward.duplicate, run: () => app.duplicate(forward) },
    {
      id: "remove",
      label: text.commands.forward.remove,
      rowKey: "remove",
      apart: true,
      run: () => app.remove(forward),
    },
  ];
}

/** What can be done with several forwards. */
export function bulkActions(app: App, forwards: readonly ForwardView[]): Action[] {
  return [
    { id: "connect", label: text.commands.forward.connect, run: () => connectAll(app, forwards) },
    { id: "disconnect", label: text.commands.forward.disconnect, run: () => disconnectAll(app, forwards) },
    ...(forwards.some(({ profile }) => profile.group)
      ? [
          {
            id: "ungroup",
            label: text.commands.bulk.ungroup,
            apart: true,
            run: () => putIntoGroup(app, forwards, ""),
          },
        ]
      : []),
    {
      id: "remove",
      label: text.commands.forward.remove,
      apart: true,
      rowKey: "remove",
      run: () => removeAll(app, forwards),
    },
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
    { id: "search", label: labels.search, windowKey: "search", run: () => focusSearch(app) },
    { id: "all", label: labels.all, run: () => navigation.showSection({ type: "all" }) },
    { id: "active", label: labels.active, run: () => navigation.showSection({ type: "active" }) },
    ...(on.length > 0
      ? [{ id: "disconnectAll", label: labels.disconnectAll, run: () => disconnectAll(app, on) }]
      : []),
    { id: "sortName", label: labels.sortName, run: () => navigation.sortBy("name") },
    { id: "sortState", label: labels.sortState, run: () => navigation.sortBy("state") },
    { id: "sortRecent", label: labels.sortRecent, run: () => navigation.sortBy("recent") },
    { id: "settings", label: labels.settings, windowKey: "settings", run: () => navigation.settings() },
    ...themeActions(app),
    { id: "undo", label: labels.undo, windowKey: "undo", run: () => toasts.runNewest() },
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

/** New forward and Search have a field of their own for this key; from any other screen it leads to the list. */
function focusSearch({ navigation }: App): void {
  const field = () => document.querySelector<HTMLInputElement>('main [role="searchbox"]');
  if (field() === null) navigation.showList();
  // The list is drawn first.
  queueMicrotask(() => field()?.select());
}
