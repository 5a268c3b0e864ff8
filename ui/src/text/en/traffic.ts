import { formatNumber } from "../../format/number";
import { plural } from "../../format/plural";

/** What the window says about throughput and open connections. */
export const throughputText = {
  title: "Throughput",
  received: "In",
  sent: "Out",
  peak: (rate: string) => `peak ${rate}`,
  before: "1 min ago",
  now: "now",
  quiet: "Nothing moved in the last minute.",
  summary: (now: { received: string; sent: string }, most: { received: string; sent: string }) =>
    `Throughput of the last minute. Now ${now.received} in and ${now.sent} out. At most ${most.received} in and ${most.sent} out.`,
};

export const connectionsText = {
  title: "Open connections",
  counted: (count: number) => `Open connections (${formatNumber(count)})`,
  from: "From",
  port: "Port",
  received: "In",
  sent: "Out",
  age: "Age",
  actions: "Close",
  waiting: "waiting",
  carriedTo: (from: string, pod: string) => `${from}, carried to the pod ${pod}`,
  toPod: (pod: string) => `to ${pod}`,
  fromHost: (host: string) => `from ${host}`,
  fromHostToPod: (host: string, pod: string) => `from ${host} to ${pod}`,
  waits: (from: string) => `${from}, held until there is a tunnel`,
  unknownProgram: "a program",
  close: (from: string) => `Close the connection from ${from}`,
  closed: (from: string) => `Closed the connection from ${from}`,
  none: "No program is connected now.",
  off: "Turn the forward on, and programs can connect to its ports.",
  more: (count: number) => `Show ${formatNumber(count)} more`,
  leftOff: (count: number) =>
    plural(count, {
      one: "# more, neither the newest nor the oldest, is not listed.",
      other: "# more, neither the newest nor the oldest, are not listed.",
    }),
};

export const ageText = {
  seconds: (seconds: number) => `${seconds} s`,
  minutes: (minutes: number) => `${minutes} min`,
  hours: (hours: number, minutes: number) => (minutes === 0 ? `${hours} h` : `${hours} h ${minutes} min`),
  days: (days: number, hours: number) => (hours === 0 ? `${days} d` : `${days} d ${hours} h`),
};
