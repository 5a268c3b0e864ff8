import type { Outcome, Rung } from "../../backend/types";
import { formatNumber } from "../../format/number";
import { plural } from "../../format/plural";

/** What the window says while it finds out why something does not work. */
export const ladderText = {
  label: "Why?",
  title: (subject: string) => `Why? – ${subject}`,
  close: "Close",
  again: "Run again",
  copy: "Copy report",
  copied: "Report copied. It holds no secrets.",
  beginning: "Looking at each step from here to the program in the pod…",
  running: "Looking…",
  allWell: "Every step works.",
  brokenAt: (rung: string) => `It stops at: ${rung.toLowerCase()}.`,
  warnedAt: (count: number) =>
    plural(count, { one: "It works, with one thing to know.", other: "It works, with # things to know." }),
  took: (milliseconds: number) => (milliseconds < 1 ? "< 1 ms" : `${formatNumber(milliseconds)} ms`),
  rung: {
    configuration: "Configuration",
    name: "Name of the server",
    connection: "Connection",
    proxy: "Proxy",
    certificate: "Certificate",
    signIn: "Sign-in",
    permission: "Permission",
    target: "Target",
    pod: "Pod",
    declaredPort: "Port declared",
    listeningPort: "Port answers",
  } satisfies Record<Rung, string>,
  outcome: {
    waiting: "waiting",
    running: "looking…",
    passed: "works",
    warned: "works, but",
    failed: "fails",
    skipped: "not looked at",
  } satisfies Record<Outcome["type"], string>,
};
