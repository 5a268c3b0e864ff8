import { formatNumber } from "../../format/number";
import { plural } from "../../format/plural";
import type { Catalogue } from "../catalogue";

/** What the window says about throughput and open connections. */
export const throughputText: Catalogue["throughput"] = {
  title: "Durchsatz",
  received: "Empfangen",
  sent: "Gesendet",
  peak: (rate) => `höchstens ${rate}`,
  before: "vor 1 min",
  now: "jetzt",
  quiet: "In der letzten Minute wurde nichts übertragen.",
  summary: (now, most) =>
    `Durchsatz der letzten Minute. Jetzt ${now.received} empfangen und ${now.sent} gesendet. Höchstens ${most.received} empfangen und ${most.sent} gesendet.`,
};

export const connectionsText: Catalogue["connections"] = {
  title: "Offene Verbindungen",
  counted: (count) => `Offene Verbindungen (${formatNumber(count)})`,
  from: "Von",
  port: "Port",
  received: "Empf.",
  sent: "Ges.",
  age: "Alter",
  actions: "Schließen",
  waiting: "wartet",
  carriedTo: (from, pod) => `${from}, geht zum Pod ${pod}`,
  toPod: (pod) => `zu ${pod}`,
  fromHost: (host) => `von ${host}`,
  fromHostToPod: (host, pod) => `von ${host} zu ${pod}`,
  waits: (from) => `${from}, wartet auf einen Tunnel`,
  unknownProgram: "ein Programm",
  close: (from) => `Verbindung von ${from} schließen`,
  closed: (from) => `Verbindung von ${from} geschlossen`,
  none: "Zurzeit ist kein Programm verbunden.",
  off: "Ist die Weiterleitung eingeschaltet, können sich Programme mit ihren Ports verbinden.",
  more: (count) => `${formatNumber(count)} weitere anzeigen`,
  leftOff: (count) =>
    plural(count, {
      one: "# weitere, weder die neueste noch die älteste, ist nicht aufgeführt.",
      other: "# weitere, weder die neuesten noch die ältesten, sind nicht aufgeführt.",
    }),
};

export const ageText: Catalogue["age"] = {
  seconds: (seconds) => `${seconds} s`,
  minutes: (minutes) => `${minutes} min`,
  hours: (hours, minutes) => (minutes === 0 ? `${hours} h` : `${hours} h ${minutes} min`),
  days: (days, hours) => (hours === 0 ? `${formatNumber(days)} T` : `${formatNumber(days)} T ${hours} h`),
};
