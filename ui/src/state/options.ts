import type { AtStart, Colour, PodChoice, Profile, ProfileDraft } from "../backend/types";
import { text } from "../text";

/** What a person may settle for a forward beyond where it leads, as it is filled in. */
export interface ForwardOptions {
  group: string;
  /** As it is typed, with commas between. */
  tags: string;
  colour: Colour | null;
  /** Minutes; 0 is never. */
  turnOffAfter: number;
  atStart: AtStart;
  askFirst: boolean;
  /** Seconds; null is as preferred for all. */
  hold: number | null;
  pods: PodChoice;
}

/** The options of a profile; the usual ones without. */
export function optionsOf(profile?: Profile): ForwardOptions {
  return {
    group: profile?.group ?? "",
    tags: (profile?.tags ?? []).join(", "),
    colour: profile?.colour ?? null,
    turnOffAfter: profile?.turnOffAfterMinutes ?? 0,
    atStart: profile?.atStart ?? "asItWas",
    askFirst: profile?.askFirst ?? false,
    hold: profile?.holdSeconds ?? null,
    pods: profile?.pods ?? { kind: "best" },
  };
}

/** The draft with these options in the place of its own. */
export function withOptions(draft: ProfileDraft, options: ForwardOptions): ProfileDraft {
  const { colour: _, holdSeconds: __, ...rest } = draft;
  return {
    ...rest,
    pods: { ...options.pods },
    ...(options.hold === null ? {} : { holdSeconds: options.hold }),
    turnOffAfterMinutes: options.turnOffAfter,
    atStart: options.atStart,
    askFirst: options.askFirst,
    ...(options.colour === null ? {} : { colour: options.colour }),
    group: options.group.trim(),
    tags: splitTags(options.tags),
  };
}

/** What is not as usual, in a few words; null when all is. The pods are told elsewhere. */
export function optionsSummary(options: ForwardOptions): string | null {
  const words = text.options;
  const settled = [
    ...(options.group.trim() === "" ? [] : [options.group.trim()]),
    ...splitTags(options.tags),
    ...(options.colour === null ? [] : [words.colourValue(words.colours[options.colour])]),
    ...(options.turnOffAfter === 0 ? [] : [words.offAfter(words.turnOffFor(options.turnOffAfter))]),
    ...(options.atStart === "asItWas" ? [] : [words.atStartSummary[options.atStart]]),
    ...(options.askFirst ? [words.asks] : []),
    ...(options.hold === null ? [] : [heldSummary(options.hold)]),
  ];
  return settled.length === 0 ? null : settled.join(", ");
}

/** The tags in what was typed: without spaces around them, none empty or twice. */
export function splitTags(typed: string): string[] {
  const tags = typed.split(",").map((tag) => tag.trim());
  return tags.filter((tag, index) => tag !== "" && tags.indexOf(tag) === index);
}

/** What a profile has settled beyond where it leads, for Details: only what is not as usual. */
export function settledOptions(profile: Profile): { name: string; value: string }[] {
  const { options } = text;
  const { group = "", tags = [], turnOffAfterMinutes = 0, atStart = "asItWas", askFirst = false } = profile;
  const { colour, holdSeconds, pods = { kind: "best" } } = profile;
  const fact = (settled: boolean, name: string, value: string) => (settled ? [{ name, value }] : []);
  return [
    ...fact(group !== "", options.fact.group, group),
    ...fact(tags.length > 0, options.fact.tags, tags.join(", ")),
    ...fact(
      colour !== undefined,
      options.fact.colour,
      colour ? options.colourValue(options.colours[colour]) : "",
    ),
    ...fact(
      pods.kind !== "best",
      options.fact.pods,
      pods.kind === "pinned" ? pods.name : (options.podsSummary[pods.kind] ?? ""),
    ),
    ...fact(
      turnOffAfterMinutes !== 0,
      options.fact.turnOff,
      options.turnOffAfter(options.turnOffFor(turnOffAfterMinutes)),
    ),
    ...fact(
      atStart !== "asItWas",
      options.fact.atStart,
      options.atStartValue(options.atStartChoice[atStart]),
    ),
    ...fact(askFirst, options.fact.askFirst, options.yes),
    ...fact(
      holdSeconds !== undefined,
      options.fact.hold,
      holdSeconds ? options.holdFor(holdSeconds) : options.no,
    ),
  ];
}

function heldSummary(seconds: number): string {
  const { options } = text;
  return seconds === 0 ? options.notHeld : options.held(options.holdFor(seconds));
}
