import type { ForwardView, ImportDeed, ImportField, ImportRow, ProfileDraft } from "../backend/types";
import { text } from "../text";
import { draftOf } from "./draft";

/** Where a forward of a file is shown, in this order. */
export const SECTIONS = ["conflict", "changed", "new", "unusable", "same"] as const;
export type ImportSection = (typeof SECTIONS)[number];

/** What is to become of a forward of a file; null leaves it out. */
export interface RowChoice {
  deed: ImportDeed | null;
  /** Whether local ports that others use too become free ones. */
  freePorts: boolean;
}

export function sectionOf({ standing, clashes }: ImportRow): ImportSection {
  if (standing.type === "same" || standing.type === "unusable") return standing.type;
  if (standing.type === "needsCluster" || clashes.length > 0) return "conflict";
  return standing.type;
}

/** Whether the person can take it over as it is. */
export function canTake({ standing }: ImportRow): boolean {
  return standing.type === "new" || standing.type === "changed";
}

/** What most people want: all of it, as the file has it. */
export function usualChoice(row: ImportRow): RowChoice {
  return { deed: canTake(row) ? takingDeed(row) : null, freePorts: false };
}

/** How a row is taken over that is ticked. */
export function takingDeed({ standing }: ImportRow): ImportDeed {
  return standing.type === "changed" ? "replace" : "add";
}

/** What differs, as “Ports: 80 → 8080”. */
export function changesOf({ standing, draft }: ImportRow, forwards: readonly ForwardView[]): string[] {
  if (standing.type !== "changed" || draft === null) return [];
  const before = forwards.find(({ profile }) => profile.id === standing.id);
  if (before === undefined) return [];
  const words = text.exchange.import;
  const was = draftOf(before.profile);
  return standing.fields.map((field) =>
    words.change(words.field[field], shown(field, was), shown(field, draft)),
  );
}

/** A field of a draft as a person reads it. */
function shown(field: ImportField, draft: ProfileDraft): string {
  const { options, connection } = text;
  const nothing = text.exchange.import.nothing;
  switch (field) {
    case "target":
      return `${text.kind[draft.target.kind]} ${draft.target.name}`;
    case "ports":
      return draft.ports.join(", ");
    case "bindAddress":
      return draft.bindAddress;
    case "transport":
      return text.transportPin[draft.transport ?? "automatic"];
    case "route":
      return text.routePin[draft.route ?? "automatic"];
    case "keepUnusedMinutes":
      return draft.keepUnusedMinutes === undefined
        ? text.exchange.import.asInSettings
        : connection.keepFor(draft.keepUnusedMinutes);
    case "pods":
      return draft.pods?.kind === "pinned" ? draft.pods.name : options.podsChoice[draft.pods?.kind ?? "best"];
    case "holdSeconds":
      return draft.holdSeconds === undefined
        ? text.exchange.import.asInSettings
        : options.holdFor(draft.holdSeconds);
    case "turnOffAfterMinutes":
      return options.turnOffFor(draft.turnOffAfterMinutes ?? 0);
    case "atStart":
      return options.atStartChoice[draft.atStart ?? "asItWas"];
    case "askFirst":
      return draft.askFirst ? options.yes : options.no;
    case "colour":
      return draft.colour === undefined ? nothing : options.colours[draft.colour];
    case "group":
      return draft.group || nothing;
    case "tags":
      return draft.tags?.join(", ") || nothing;
  }
}
