import { readPortForwardLine } from "../format/portForwardLine";
import { text } from "../text";
import {
  type Action,
  clusterActions,
  forwardActions,
  groupActions,
  portActions,
  windowActions,
} from "./actions";
import type { App } from "./app";
import { shownClusters } from "./clusters";
import { searchFields } from "./listOrder";
import { type Field, type Range, rank } from "./ranking";
import type { WindowKey } from "./shortcuts";
import { clusterKey, clusterLabel, forwardGroups } from "./view";

/** One line of the palette. */
export interface Entry {
  id: string;
  icon: "command" | "forward" | "group" | "cluster" | "line";
  label: string;
  /** Letters of the label that fit the search. */
  ranges: Range[];
  hint: string;
  windowKey?: WindowKey;
  recent?: boolean;
  run: () => unknown;
}

/** Lines that are shown at most: more are not read but narrowed down by typing. */
const MOST = 40;
/** Forwards of which each action is a line of its own. */
const MOST_WITH_ACTIONS = 8;
/** Recent choices that come first while nothing is typed. */
const MOST_RECENT = 5;
/** What a recent choice counts more: less than a better kind of match. */
const RECENT_BONUS = 10;

/** What can be done with a port that is among what can be done with its forward. */
const OF_THE_FORWARD = new Set(["address", "open", "kubectl", "oc"]);

/** How much less a match beside the label counts. */
const BESIDE_LABEL = 0.8;

/** What the palette offers for what is typed: the best first, before that what a pasted line describes. */
export function paletteEntries(app: App, typed: string): Entry[] {
  const line = readPortForwardLine(typed);
  if (line !== null) {
    return [
      {
        id: "line",
        icon: "line",
        label: text.commands.palette.fromLine(
          `${text.kind[line.target.kind]} ${line.target.name}`,
          line.ports.join(", "),
        ),
        ranges: [],
        hint:
          [line.namespace, line.context].filter(Boolean).join(" · ") || text.commands.palette.fromLineHint,
        run: () => app.navigation.newForwardFrom(line),
      },
    ];
  }
  const isTyped = typed.trim() !== "";
  // Before anything is typed only what was chosen before; the rest would hide the forwards.
  const others = [...groups(app), ...clusters(app)].filter(
    ({ id, shows }) => isTyped || shows || app.chosen.list.includes(id),
  );
  const entries = [...commands(app), ...others, ...forwards(app, typed)];
  return isTyped ? best(app, entries, typed) : recentFirst(app, entries);
}

interface Candidate extends Omit<Entry, "ranges"> {
  /** What is searched apart from the label. */
  fields: Field[];
  /** Shows a group or a cluster, where others do something with it. */
  shows?: boolean;
}

function best(app: App, candidates: Candidate[], typed: string): Entry[] {
  return candidates
    .flatMap(({ fields, shows: _, ...entry }) => {
      const found = rank(typed, [{ words: entry.label, weight: 1 }, ...fields]);
      if (found === null) return [];
      const bonus = app.chosen.list.includes(entry.id) ? RECENT_BONUS : 0;
      return { entry: { ...entry, ranges: found.ranges[0] ?? [] }, score: found.score + bonus };
    })
    .sort((a, b) => b.score - a.score)
    .slice(0, MOST)
    .map(({ entry }) => entry);
}

function recentFirst(app: App, candidates: Candidate[]): Entry[] {
  const all = new Map(
    candidates.map(({ fields: _, shows: __, ...entry }) => [entry.id, { ...entry, ranges: [] }]),
  );
  const recent = app.chosen.list.flatMap((id) => all.get(id) ?? []).slice(0, MOST_RECENT);
  for (const { id } of recent) all.delete(id);
  return [...recent.map((entry) => ({ ...entry, recent: true })), ...all.values()].slice(0, MOST);
}

function commands(app: App): Candidate[] {
  return windowActions(app).map(({ id, label, windowKey, run }) => ({
    id: `window ${id}`,
    icon: "command",
    label,
    hint: "",
    ...(windowKey && { windowKey }),
    fields: [],
    run,
  }));
}

function groups(app: App): Candidate[] {
  const { forwards } = app.session.model;
  return forwardGroups(forwards).flatMap((group) => {
    const { name, total, active } = group;
    const members = forwards.filter(({ profile }) => profile.group === name);
    const hint = text.sidebar.countOn(total, active);
    const entry = (id: string, label: string, run: () => unknown): Candidate => ({
      id: `group ${id} ${name}`,
      icon: "group",
      label,
      hint,
      fields: [],
      run,
    });
    return [
      {
        ...entry("show", text.commands.group.show(name), () =>
          app.navigation.showSection({ type: "group", key: name }),
        ),
        shows: true,
      },
      entry("export", text.exchange.exportGroup(name), () =>
        app.navigation.exportForwards(members.map(({ profile }) => profile.id)),
      ),
      ...groupActions(app, group).map(({ id, label, run }) =>
        entry(id, text.commands.palette.of(name, label), run),
      ),
    ];
  });
}

function clusters(app: App): Candidate[] {
  return shownClusters(app.session.model).flatMap(({ view, total, active }) => {
    const key = clusterKey(view.context);
    const entry = (id: string, label: string, run: () => unknown): Candidate => ({
      id: `cluster ${key}${id}`,
      icon: "cluster",
      label,
      hint: text.sidebar.countOn(total, active),
      fields: [],
      run,
    });
    return [
      {
        ...entry("", text.commands.cluster.show(view.name), () =>
          app.navigation.showSection({ type: "cluster", key }),
        ),
        shows: true,
      },
      ...clusterActions(app, view).map(({ id, label, run }) =>
        entry(` ${id}`, text.commands.palette.of(view.name, label), run),
      ),
    ];
  });
}

/** Each forward that fits, and for the best what can be done with it. */
function forwards(app: App, typed: string): Candidate[] {
  const { forwards, clusters } = app.session.model;
  const found = forwards
    .map((forward) => ({ forward, fields: searchFields(forward, clusters) }))
    .flatMap(({ forward, fields }) => {
      // What is typed may name an action as well as a forward.
      const names = forwardActions(app, forward).map(({ label }): Field => ({ words: label, weight: 0.5 }));
      const fit = rank(typed, [...fields, ...names, { words: text.commands.palette.actions, weight: 0.5 }]);
      const last = app.chosen.list.findIndex((id) => isOf(id, forward.profile.id));
      const bonus = last < 0 ? 0 : RECENT_BONUS / (last + 1);
      return fit === null ? [] : { forward, fields, score: fit.score + bonus };
    })
    .sort((a, b) => b.score - a.score)
    .slice(0, MOST);
  return found.flatMap(({ forward, fields }, index) => {
    const { profile } = forward;
    const hint = `${profile.namespace} · ${clusterLabel(profile.context, clusters)}`;
    // The label has the name already, and what fits there is seen to fit.
    const others = fields.slice(1).map((field) => ({ ...field, weight: field.weight * BESIDE_LABEL }));
    const show: Candidate = {
      id: `forward ${profile.id}`,
      icon: "forward",
      label: profile.name,
      hint,
      fields: others,
      run: () => {
        app.navigation.reveal(profile.id);
        app.navigation.openDetails(profile.id);
      },
    };
    if (index >= MOST_WITH_ACTIONS) return [show];
    const copies = forward.ports.flatMap((_, port) =>
      portActions(app, forward, port)
        .filter(({ id }) => !OF_THE_FORWARD.has(id))
        .map((action) => ({ ...action, id: `${action.id} ${port}` })),
    );
    const actions = [...forwardActions(app, forward), ...copies].map((action) =>
      withAction(profile.id, action),
    );
    // Before anything is typed only what was chosen before; the rest would hide the other forwards.
    if (typed.trim() === "") return [show, ...actions.filter(({ id }) => app.chosen.list.includes(id))];
    return [show, ...actions];

    function withAction(id: string, { id: act, label, run }: Action): Candidate {
      return {
        id: `forward ${id} ${act}`,
        icon: "forward",
        label: text.commands.palette.of(profile.name, label),
        hint,
        fields: others,
        run: () => {
          app.navigation.reveal(id);
          return run();
        },
      };
    }
  });
}

/** Whether a choice was about this forward. */
function isOf(choice: string, id: string): boolean {
  return choice === `forward ${id}` || choice.startsWith(`forward ${id} `);
}
