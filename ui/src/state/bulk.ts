import type { ForwardView, ProfileId } from "../backend/types";
import { text } from "../text";
import type { App } from "./app";
import { shownNow } from "./arrange";
import { draftOf } from "./draft";

/** Turns on what is off. What asks first is left off and named, since a question about many would be answered for none. */
export async function connectAll(app: App, forwards: readonly ForwardView[]): Promise<void> {
  const off = forwards.filter(({ profile }) => !profile.on);
  const asking = off.filter(({ profile }) => profile.askFirst || app.isProduction(profile.context));
  await each(
    off.filter((forward) => !asking.includes(forward)),
    ({ profile }) => app.run({ type: "connect", id: profile.id }),
  );
  if (asking.length > 0)
    app.toasts.show(text.commands.bulk.asksFirst(asking.map(({ profile }) => profile.name)));
}

export async function disconnectAll(app: App, forwards: readonly ForwardView[]): Promise<void> {
  const on = forwards.filter(({ profile }) => profile.on);
  await each(on, ({ profile }) => app.run({ type: "disconnect", id: profile.id }));
}

/** Deletes forwards; one Undo brings all of them back. The keyboard goes to a neighbour. */
export async function removeAll(app: App, forwards: readonly ForwardView[]): Promise<void> {
  const { navigation } = app;
  const order = app.session.model.forwards.map(({ profile }) => profile.id);
  const shown = shownNow(app).map(({ profile }) => profile.id);
  const replies = await each(forwards, ({ profile }) => app.run({ type: "delete", id: profile.id }));
  const gone = forwards.filter((_, index) => replies[index] !== null).map(({ profile }) => profile);
  const [first, ...more] = gone;
  if (first === undefined) return;
  const ids = gone.map(({ id }) => id);
  if (navigation.selected === null || ids.includes(navigation.selected)) {
    navigation.closeDetails();
    navigation.select(neighbour(shown, ids));
  }
  app.toasts.done(
    more.length === 0 ? text.toast.deleted(first.name) : text.commands.bulk.deleted(gone.length),
    () => void restore(app, ids, order),
  );
}

/** They come back where they were. */
async function restore(app: App, ids: readonly ProfileId[], order: ProfileId[]): Promise<void> {
  await Promise.all(ids.map((id) => app.run({ type: "restore", id })));
  const [only, ...more] = ids;
  if (only !== undefined && more.length === 0) app.navigation.select(only);
  await app.run({ type: "reorder", ids: order });
}

/** The row that takes the place of the first that goes, or the last where none is behind it. */
export function neighbour(shown: readonly ProfileId[], gone: readonly ProfileId[]): ProfileId | null {
  const at = shown.findIndex((id) => gone.includes(id));
  const stay = shown.filter((id) => !gone.includes(id));
  return stay[Math.min(Math.max(at, 0), stay.length - 1)] ?? null;
}

/** Puts forwards into a group, or with no name out of theirs; can be undone. */
export async function putIntoGroup(app: App, forwards: readonly ForwardView[], group: string): Promise<void> {
  const moved = forwards.filter(({ profile }) => (profile.group ?? "") !== group);
  if (moved.length === 0) return;
  const put = (name: (forward: ForwardView) => string) =>
    each(moved, (forward) => {
      // As it is now: it may have been changed since.
      const { group: _, ...draft } = draftOf((app.session.forward(forward.profile.id) ?? forward).profile);
      const named = name(forward);
      return app.run({
        type: "update",
        id: forward.profile.id,
        draft: named === "" ? draft : { ...draft, group: named },
      });
    });
  await put(() => group);
  app.toasts.done(
    text.commands.bulk.grouped(moved.length, group),
    () => void put(({ profile }) => profile.group ?? ""),
  );
}

/** One command for each; the engine takes them as fast as it can. */
function each<T>(forwards: readonly ForwardView[], run: (forward: ForwardView) => Promise<T>): Promise<T[]> {
  return Promise.all(forwards.map(run));
}
