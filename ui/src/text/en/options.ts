import type { AtStart, Colour, OffReason, PodChoice } from "../../backend/types";
import { lasting } from "../../format/lasting";

/** What the window says about the options of a forward. */
export const optionsText = {
  title: "Options",
  usual: "Usual",
  group: "Group",
  groupHint: "One of yours or a new name; it is listed at the side. Empty for none.",
  tags: "Tags",
  tagsHint: "Words to find it by, with commas between.",
  colour: "Colour",
  noColour: "None",
  colours: {
    red: "Red",
    orange: "Orange",
    yellow: "Yellow",
    green: "Green",
    teal: "Teal",
    blue: "Blue",
    purple: "Purple",
    grey: "Grey",
  } satisfies Record<Colour, string>,
  marked: (colour: string) => `Colour: ${colour.toLowerCase()}`,
  turnOff: "Turn off after",
  turnOffFor: (minutes: number) => (minutes === 0 ? "Never" : lasting(minutes * 60)),
  turnOffHint: "Choose a time or type one, such as 90 min or 2 h. It counts from turning it on.",
  turnOffNeverHint: "It stays on until you turn it off. You can type a time, such as 90 min or 2 h.",
  turnOffBad: "This is no time: type 90 min or 2 h, for example; four weeks at most.",
  offAfter: (time: string) => `off after ${time}`,
  atStart: "When Culvert starts",
  atStartChoice: {
    asItWas: "As it was",
    on: "Turn it on",
    off: "Leave it off",
  } satisfies Record<AtStart, string>,
  atStartSummary: { asItWas: "", on: "on at start", off: "off at start" } satisfies Record<AtStart, string>,
  atStartMeaning: {
    asItWas: "On again if it was on.",
    on: "Always on after a start.",
    off: "Always off after a start.",
  } satisfies Record<AtStart, string>,
  guardedMeaning: {
    asItWas: "Off, since it asks first.",
    on: "Always on after a start, without asking: this choice is your answer.",
    off: "Always off after a start.",
  } satisfies Record<AtStart, string>,
  askFirst: "Ask before connecting",
  askFirstHint: "Turning it on asks you first. For production, for example.",
  asks: "asks first",
  /** In Details, where there is room for little. */
  fact: {
    group: "Group",
    tags: "Tags",
    colour: "Colour",
    pods: "Pods",
    turnOff: "Turns off",
    atStart: "At start",
    askFirst: "Asks first",
    hold: "Lets programs wait",
  },
  /** As values of facts. */
  colourValue: (colour: string) => colour.toLowerCase(),
  atStartValue: (choice: string) => choice.toLowerCase(),
  yes: "yes",
  no: "no",
  turnOffAfter: (time: string) => `after ${time}`,
  hold: "Let programs wait for",
  holdFor: (seconds: number) => (seconds === 0 ? "Do not let them wait" : lasting(seconds)),
  holdHint: "Programs that connect while no pod is ready wait this long, and then get an error.",
  holdNotHint: "Programs that connect while no pod is ready get an error after a few seconds.",
  held: (time: string) => `programs wait ${time}`,
  notHeld: "programs do not wait",

  pods: "Pods",
  podsChoice: {
    best: "One pod, chosen by Culvert",
    spread: "Take turns over all ready pods",
    pinned: "Always the same pod",
  } satisfies Record<PodChoice["kind"], string>,
  podsMeaning: {
    best: "The one that has been ready longest, until it goes away; then the next.",
    spread: "Each connection goes to the next pod, so that all of them serve.",
    pinned: "This pod and no other: while it is away, programs wait.",
  } satisfies Record<PodChoice["kind"], string>,
  podsSummary: {
    best: null,
    spread: "all pods in turns",
    pinned: "one pod",
  } satisfies Record<PodChoice["kind"], string | null>,
  podName: "Name of the pod",

  turnsOff: (when: string) => `Turns off ${when}.`,
  keepOn: "Keep on",
  keepOnHint: (time: string) => `Another ${time} from now`,
  /** In the list, below “Off”. */
  offBecause: (reason: OffReason) => {
    switch (reason.type) {
      case "timeIsUp":
        return `after ${lasting(reason.minutes * 60)}, as set`;
      case "asksFirst":
        return "asks first";
      case "offAtStart":
        return "left off at start";
    }
  },
  offSentence: (reason: OffReason) => {
    switch (reason.type) {
      case "timeIsUp":
        return `Turned off after ${lasting(reason.minutes * 60)}, as set.`;
      case "asksFirst":
        return "It was on before Culvert was started again. It asks before it connects, so it was left off.";
      case "offAtStart":
        return "It was on before Culvert was started again. It is left off then, as set.";
    }
  },

  question: (cluster: string) => `Connect to ${cluster}?`,
  connect: "Connect",
  cancel: "Cancel",

  exposed: "Everyone in your network can use this port, with your rights in the cluster.",
};
