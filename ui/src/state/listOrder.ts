import type { ClusterView, ForwardState, ForwardView } from "../backend/types";
import { compareNames } from "../format/sorting";
import { text } from "../text";
import { type Field, rank } from "./ranking";
import { clusterLabel, inSection, type Section } from "./view";

/** By what the list is sorted. */
export type Sort = "name" | "state" | "recent" | "own";

/** What a list is to show. */
export interface Shown {
  clusters: readonly ClusterView[];
  section: Section;
  search: string;
  sort: Sort;
}

/** What wants something of the person comes first. */
const STATES: ForwardState["type"][] = [
  "needsAttention",
  "reconnecting",
  "connecting",
  "live",
  "ready",
  "off",
];

/** What of a forward can be searched, and how much it says about it. */
export function searchFields({ profile, ports }: ForwardView, clusters: readonly ClusterView[]): Field[] {
  const field = (weight: number) => (words: string) => ({ words, weight });
  const locals = ports.flatMap(({ local }) => (local === null ? [] : String(local)));
  return [
    field(1)(profile.name),
    field(0.9)(profile.target.name),
    field(0.8)(profile.namespace),
    ...[...profile.ports.map(({ mapping }) => mapping), ...locals].map(field(0.8)),
    ...(profile.tags ?? []).map(field(0.7)),
    field(0.7)(profile.group ?? ""),
    field(0.6)(clusterLabel(profile.context, clusters)),
    field(0.5)(text.kind[profile.target.kind]),
  ];
}

/** The forwards of a section that match a search: the best first where there is one, else as they are sorted. */
export function visibleForwards(
  forwards: readonly ForwardView[],
  { clusters, section, search, sort }: Shown,
): ForwardView[] {
  const place = ({ profile, state }: ForwardView, at: number): number => {
    if (sort === "own") return at;
    if (sort === "state") return STATES.indexOf(state.type);
    // The one that was turned on last comes first.
    return sort === "recent" ? -(profile.lastOnMs ?? 0) : 0;
  };
  return forwards
    .flatMap((forward, at) => {
      if (!inSection(forward, section)) return [];
      const found = search.trim() === "" ? { score: 0 } : rank(search, searchFields(forward, clusters));
      return found === null ? [] : { forward, score: found.score, place: place(forward, at) };
    })
    .sort(
      (a, b) =>
        b.score - a.score ||
        a.place - b.place ||
        compareNames(a.forward.profile.name, b.forward.profile.name) ||
        (a.forward.profile.id < b.forward.profile.id ? -1 : 1),
    )
    .map(({ forward }) => forward);
}

/** The same for one list over time: while only numbers move nothing is sorted anew. */
export class ListOrder {
  #before: { forwards: readonly ForwardView[]; shown: Shown; places: number[] } | null = null;

  of(forwards: readonly ForwardView[], shown: Shown): ForwardView[] {
    const before = this.#before;
    if (before !== null && sameShown(before.shown, shown) && sameWorkings(before.forwards, forwards)) {
      this.#before = { ...before, forwards };
      return before.places.flatMap((place) => forwards[place] ?? []);
    }
    const places = new Map(forwards.map((forward, place) => [forward, place]));
    const found = visibleForwards(forwards, shown);
    this.#before = { forwards, shown, places: found.map((forward) => places.get(forward) ?? 0) };
    return found;
  }
}

function sameShown(a: Shown, b: Shown): boolean {
  return a.clusters === b.clusters && a.section === b.section && a.search === b.search && a.sort === b.sort;
}

/** Whether nothing changed that a place in the list depends on; the model keeps what did not change. */
function sameWorkings(a: readonly ForwardView[], b: readonly ForwardView[]): boolean {
  return (
    a.length === b.length &&
    a.every((forward, index) => {
      const other = b[index];
      return (
        forward === other ||
        (forward.profile === other?.profile && forward.state === other.state && forward.ports === other.ports)
      );
    })
  );
}
