import type { ForwardView } from "../backend/types";
import { text } from "../text";
import type { App } from "./app";
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

/** Deletes forwards; one Undo brings all of them back. */
export async function removeAll(app: App, forwards: readonly ForwardView[]): Promise<void> {
  const [first, ...more] = forwards;
  if (first !== undefined && more.length === 0) return app.remove(first);
  const order = app.order();
  const replies = await each(forwards, ({ profile }) => app.run({ type: "delete", id: profile.id }));
  const gone = forwards.filter((_, index) => replies[index] !== null);
  if (gone.length === 0) return;
  app.navigation.closeDetails();
  app.navigation.select(null);
  app.toasts.show(text.commands.bulk.deleted(gone.length), {
    label: text.toast.undo,
    run: () =>
      void each(gone, ({ profile }) => app.run({ type: "restore", id: profile.id })).then(() =>
        app.run({ type: "reorder", ids: order }),
      ),
  });
}

/** Puts forwards into a group, or with no name out of theirs; can be undone. */
export async function putIntoGroup(app: App, forwards: readonly ForwardView[], group: string): Promise<void> {
  const moved = forwards.filter(({ profile }) => (profile.group ?? "") !== group);
  if (moved.length === 0) return;
  const put = (name: (forward: ForwardView) => string) =>
    each(moved, (forward) => {
      const { group: _, ...draft } = draftOf(forward.profile);
      const named = name(forward);
      return app.run({
        type: "update",
        id: forward.profile.id,
        draft: named === "" ? draft : { ...draft, group: named },
      });
    });
  await put(() => group);
  app.toasts.show(text.commands.bulk.grouped(moved.length, group), {
    label: text.toast.undo,
    run: () => void put(({ profile }) => profile.group ?? ""),
  });
}

/** One command for each; the engine takes them as fast as it can. */
function each<T>(forwards: readonly ForwardView[], run: (forward: ForwardView) => Promise<T>): Promise<T[]> {
  return Promise.all(forwards.map(run));
}
