import type { ForwardView, ProfileId } from "../backend/types";
import { text } from "../text";
import type { App } from "./app";
import { visibleForwards } from "./listOrder";

/** The message about the latest order; while it is shown, further moves are undone together with the first. */
const ORDER = "order";

/** The order with some moved before another one, or to the end; they keep their order among themselves. */
export function movedBefore(
  order: readonly ProfileId[],
  moving: readonly ProfileId[],
  before: ProfileId | null,
): ProfileId[] {
  const stay = order.filter((id) => !moving.includes(id));
  const at = before === null ? -1 : stay.indexOf(before);
  const block = order.filter((id) => moving.includes(id));
  return at < 0 ? [...stay, ...block] : stay.toSpliced(at, 0, ...block);
}

/**
 * Before which of the rows that are shown a block lies after a step up or down: null at the end, undefined where it cannot
 * go further. Rows that are apart come together first.
 */
export function stepTo(
  shown: readonly ProfileId[],
  moving: readonly ProfileId[],
  step: 1 | -1,
): ProfileId | null | undefined {
  const places = moving.map((id) => shown.indexOf(id)).filter((place) => place >= 0);
  if (places.length === 0) return undefined;
  const [first, last] = [Math.min(...places), Math.max(...places)];
  const together = last - first + 1 === places.length;
  const stay = shown.filter((id) => !moving.includes(id));
  const at =
    shown.slice(0, first).length + (together ? step : step > 0 ? last - first + 1 - places.length : 0);
  if (at < 0 || at > stay.length) return undefined;
  return stay[at] ?? null;
}

/** What the list shows now, in its order. */
export function shownNow({ session, navigation }: App): ForwardView[] {
  return visibleForwards(session.model.forwards, {
    clusters: session.model.clusters,
    section: navigation.section,
    search: navigation.search,
    sort: navigation.sort,
  });
}

/** Why rows have no place of their own now, if they have none; tells the person, and how to change that. */
export function refusesToMove({ navigation, toasts }: App): boolean {
  if (navigation.sort !== "own") {
    const by = text.commands.sort.by[navigation.sort];
    toasts.show(
      text.arrange.notOwn(by),
      { label: text.arrange.useOwn, run: () => navigation.sortBy("own") },
      ORDER,
    );
    return true;
  }
  if (navigation.search.trim() !== "") {
    toasts.show(text.arrange.notWhileSearching, null, ORDER);
    return true;
  }
  return false;
}

/** Moves rows one place up or down among those that are shown. */
export async function moveBy(app: App, moving: readonly ForwardView[], step: 1 | -1): Promise<void> {
  if (refusesToMove(app)) return;
  const shown = shownNow(app).map(({ profile }) => profile.id);
  const ids = moving.map(({ profile }) => profile.id);
  const before = stepTo(shown, ids, step);
  if (before !== undefined) await moveBefore(app, ids, before);
  else
    app.session.say(text.arrange.atEdge(text.arrange.dragging(moving.length, moving[0]?.profile.name ?? "")));
}

/** Moves rows before one of those that are shown, or behind the last of them; can be undone. */
export async function moveBefore(
  app: App,
  moving: readonly ProfileId[],
  before: ProfileId | null,
): Promise<void> {
  const order = app.session.model.forwards.map(({ profile }) => profile.id);
  const shown = shownNow(app).map(({ profile }) => profile.id);
  // Behind the last that is shown may be others that are not.
  const last = shown.findLast((id) => !moving.includes(id));
  const place = before ?? (last === undefined ? null : (order[order.indexOf(last) + 1] ?? null));
  const target = place !== null && moving.includes(place) ? nextOf(order, moving, place) : place;
  const next = movedBefore(order, moving, target);
  if (next.every((id, index) => id === order[index])) return;
  const undone = earlierOrder(app) ?? order;
  if ((await app.run({ type: "reorder", ids: next })) === null) return;
  const now = movedBefore(shown, moving, before);
  const at = now.findIndex((id) => moving.includes(id)) + 1;
  const name = app.session.forward(moving[0] ?? null)?.profile.name ?? "";
  app.toasts.done(
    moving.length === 1
      ? text.arrange.movedTo(name, at, shown.length)
      : text.arrange.movedSeveral(moving.length, at, shown.length),
    () => void app.run({ type: "reorder", ids: undone }),
    { about: ORDER },
  );
  undoes.set(app, { toast: app.toasts.of(ORDER)?.id ?? 0, order: undone });
}

/** Makes forwards favourites, or takes them out of these. */
export async function setFavourite(
  app: App,
  forwards: readonly ForwardView[],
  favourite: boolean,
): Promise<void> {
  const changed = forwards.filter(({ profile }) => (profile.favourite ?? false) !== favourite);
  await Promise.all(
    changed.map(({ profile }) => app.run({ type: "setFavourite", id: profile.id, favourite })),
  );
}

/** The order before the first move of those that the message which is shown now undoes. */
const undoes = new WeakMap<App, { toast: number; order: readonly ProfileId[] }>();

function earlierOrder(app: App): ProfileId[] | undefined {
  const undo = undoes.get(app);
  return undo !== undefined && undo.toast === app.toasts.of(ORDER)?.id ? [...undo.order] : undefined;
}

/** The first one behind a place that stays where it is. */
function nextOf(
  order: readonly ProfileId[],
  moving: readonly ProfileId[],
  from: ProfileId,
): ProfileId | null {
  return order.slice(order.indexOf(from)).find((id) => !moving.includes(id)) ?? null;
}
