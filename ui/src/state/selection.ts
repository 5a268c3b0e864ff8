import type { ProfileId } from "../backend/types";

/** Which rows of a list are chosen. */
export interface Selection {
  readonly ids: ReadonlySet<ProfileId>;
  /** Where a range begins. */
  readonly anchor: ProfileId | null;
  /** The row that the keyboard is at. */
  readonly cursor: ProfileId | null;
}

export const nothingSelected: Selection = { ids: new Set(), anchor: null, cursor: null };

/** This row alone. */
export function only(id: ProfileId | null): Selection {
  return id === null ? nothingSelected : { ids: new Set([id]), anchor: id, cursor: id };
}

/** This row too, or no longer. */
export function toggled({ ids }: Selection, id: ProfileId): Selection {
  const next = new Set(ids);
  if (!next.delete(id)) next.add(id);
  return { ids: next, anchor: id, cursor: id };
}

/** All rows from where the last choice began up to this one. */
export function through(selection: Selection, order: readonly ProfileId[], id: ProfileId): Selection {
  const from = selection.anchor === null ? -1 : order.indexOf(selection.anchor);
  const to = order.indexOf(id);
  if (from < 0 || to < 0) return only(id);
  const ids = order.slice(Math.min(from, to), Math.max(from, to) + 1);
  return { ids: new Set(ids), anchor: selection.anchor, cursor: id };
}

/** All rows; the keyboard stays where it is. */
export function all({ cursor, anchor }: Selection, order: readonly ProfileId[]): Selection {
  return { ids: new Set(order), anchor: anchor ?? order[0] ?? null, cursor: cursor ?? order[0] ?? null };
}

/** What is left when only these rows are there. The same object where nothing is lost. */
export function within(selection: Selection, order: readonly ProfileId[]): Selection {
  if (selection.ids.size === 0) return selection;
  const there = new Set(order);
  const ids = [...selection.ids].filter((id) => there.has(id));
  return ids.length === selection.ids.size ? selection : { ...selection, ids: new Set(ids) };
}
