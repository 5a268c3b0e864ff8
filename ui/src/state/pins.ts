import type { RoutePin, TransportPin } from "../backend/types";
import type { Choice } from "../components/Combobox.svelte";
import { text } from "../text";

/** What the person can settle about the transport, automatic first. */
export function transportPins(): Choice[] {
  return choices(text.transportPin, text.connection.transportMeaning);
}

/** What the person can settle about the route, automatic first. */
export function routePins(): Choice[] {
  return choices(text.routePin, text.connection.routeMeaning);
}

/** What is settled, in a word or two; `others` say so of what is no pin, where there is something to say. */
export function pinSummary(transport: TransportPin, route: RoutePin, ...others: (string | null)[]): string {
  const settled = [
    ...(transport === "automatic" ? [] : [text.transportPin[transport]]),
    ...(route === "automatic" ? [] : [text.routePin[route]]),
    ...others.filter((other) => other !== null),
  ];
  return settled.length === 0 ? text.connection.automatic : settled.join(", ");
}

/** Whether no server knows this transport on this route: servers that have the old route know no WebSocket on it. */
export function cannotCarry(route: RoutePin, transport: TransportPin): boolean {
  return route === "historic" && (transport === "webSocketTunnel" || transport === "channel");
}

/** What Details says of a transport or a route: the one in use, else the one that will be, and whether it is pinned. */
export function shownPin<Name extends string>(
  used: Name | null | undefined,
  pin: Name | "automatic" | undefined,
): { name: Name; pinned: boolean } | null {
  const settled = pin === undefined || pin === "automatic" ? null : pin;
  const name = used ?? settled;
  return name === null ? null : { name, pinned: name === settled };
}

function choices<Pin extends string>(labels: Record<Pin, string>, meanings: Record<Pin, string>): Choice[] {
  return (Object.keys(labels) as Pin[]).map((value) => ({
    value,
    label: labels[value],
    detail: meanings[value],
  }));
}
