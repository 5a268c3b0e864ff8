import { lasting } from "../../format/lasting";
import type { Catalogue } from "../catalogue";

/** What the window says about the options of a forward. */
export const optionsText: Catalogue["options"] = {
  title: "Optionen",
  usual: "Wie üblich",
  group: "Gruppe",
  groupHint: "Eine Ihrer Gruppen oder ein neuer Name; steht links in der Leiste. Leer für keine.",
  tags: "Schlagwörter",
  tagsHint: "Wörter für die Suche, durch Kommas getrennt.",
  colour: "Farbe",
  noColour: "Keine",
  colours: {
    red: "Rot",
    orange: "Orange",
    yellow: "Gelb",
    green: "Grün",
    teal: "Türkis",
    blue: "Blau",
    purple: "Lila",
    grey: "Grau",
  },
  marked: (colour) => `Farbe: ${colour.toLowerCase()}`,
  turnOff: "Ausschalten nach",
  turnOffFor: (minutes) => (minutes === 0 ? "Nie" : lasting(minutes * 60)),
  turnOffHint: "Wählen oder tippen Sie eine Zeit, etwa 90 min oder 2 h. Sie läuft ab dem Einschalten.",
  turnOffNeverHint: "Bleibt an, bis Sie ausschalten. Sie können eine Zeit tippen, etwa 90 min oder 2 h.",
  turnOffBad: "Das ist keine Zeit: Tippen Sie zum Beispiel 90 min oder 2 h, höchstens vier Wochen.",
  offAfter: (time) => `aus nach ${dative(time)}`,
  atStart: "Beim Start von Culvert",
  atStartChoice: {
    asItWas: "Wie zuletzt",
    on: "Einschalten",
    off: "Ausgeschaltet lassen",
  },
  atStartSummary: { asItWas: "", on: "an beim Start", off: "aus beim Start" },
  atStartMeaning: {
    asItWas: "Wieder an, wenn sie an war.",
    on: "Nach einem Start immer an.",
    off: "Nach einem Start immer aus.",
  },
  guardedMeaning: {
    asItWas: "Aus, da sie vorher fragt.",
    on: "Nach einem Start immer an, ohne zu fragen: Diese Wahl ist Ihre Antwort.",
    off: "Nach einem Start immer aus.",
  },
  askFirst: "Vor dem Verbinden fragen",
  askFirstHint: "Beim Einschalten werden Sie erst gefragt. Für die Produktion zum Beispiel.",
  asks: "fragt vorher",
  fact: {
    group: "Gruppe",
    tags: "Schlagwörter",
    colour: "Farbe",
    pods: "Pods",
    turnOff: "Schaltet aus",
    atStart: "Beim Start",
    askFirst: "Fragt vorher",
    hold: "Lässt warten",
  },
  colourValue: (colour) => colour.toLowerCase(),
  atStartValue: (choice) => choice.toLowerCase(),
  yes: "ja",
  no: "nein",
  turnOffAfter: (time) => `nach: ${time}`,
  hold: "Programme warten lassen",
  holdFor: (seconds) => (seconds === 0 ? "Nicht warten lassen" : lasting(seconds)),
  holdHint:
    "Programme, die sich verbinden, während kein Pod bereit ist, warten so lange; dann erhalten sie einen Fehler.",
  holdNotHint:
    "Programme, die sich verbinden, während kein Pod bereit ist, erhalten nach wenigen Sekunden einen Fehler.",
  held: (time) => `Programme warten ${time}`,
  notHeld: "Programme warten nicht",

  pods: "Pods",
  podsChoice: {
    best: "Ein Pod, von Culvert gewählt",
    spread: "Alle bereiten Pods reihum",
    pinned: "Immer derselbe Pod",
  },
  podsMeaning: {
    best: "Der am längsten bereite, bis er verschwindet; dann der nächste.",
    spread: "Jede Verbindung geht zum nächsten Pod, sodass alle bedienen.",
    pinned: "Dieser Pod und kein anderer: Solange er fehlt, warten Programme.",
  },
  podsSummary: {
    best: null,
    spread: "alle Pods reihum",
    pinned: "ein Pod",
  },
  podName: "Name des Pods",

  turnsOff: (when) => `Schaltet sich ${when} aus.`,
  keepOn: "Anlassen",
  keepOnHint: (time) => `Von jetzt an weitere ${time}`,
  offBecause: (reason) => {
    switch (reason.type) {
      case "timeIsUp":
        return `nach ${dative(lasting(reason.minutes * 60))}, wie eingestellt`;
      case "asksFirst":
        return "fragt vorher";
      case "offAtStart":
        return "beim Start aus gelassen";
    }
  },
  offSentence: (reason) => {
    switch (reason.type) {
      case "timeIsUp":
        return `Ausgeschaltet nach ${dative(lasting(reason.minutes * 60))}, wie eingestellt.`;
      case "asksFirst":
        return "Sie war vor dem Neustart von Culvert an. Da sie vor dem Verbinden fragt, blieb sie aus.";
      case "offAtStart":
        return "Sie war vor dem Neustart von Culvert an. Sie bleibt dann aus, wie eingestellt.";
    }
  },

  question: (cluster) => `Mit ${cluster} verbinden?`,
  connect: "Verbinden",
  cancel: "Abbrechen",

  exposed: "Alle in Ihrem Netz können diesen Port benutzen, mit Ihren Rechten im Cluster.",
};

/** Von den Einheiten einer Dauer ändert sich nur diese. */
function dative(time: string): string {
  return time.replace(/\bTage\b/, "Tagen");
}
