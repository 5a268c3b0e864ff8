import { expect, test } from "vitest";
import type { RoutePin, TransportPin } from "../backend/types";
import { cannotCarry, pinSummary, routePins, shownPin, transportPins } from "./pins";

test("automatic is the first choice, and each choice says what it means", () => {
  for (const choices of [transportPins(), routePins()]) {
    expect(choices.map(({ value }) => value)[0]).toBe("automatic");
    expect(choices).toHaveLength(4);
    for (const { detail } of choices) expect(detail).toMatch(/^\p{Lu}.*\.$/u);
  }
});

test.each<[TransportPin, RoutePin, string]>([
  ["automatic", "automatic", "Automatic"],
  ["spdy", "automatic", "SPDY"],
  ["automatic", "node", "Node proxy"],
  ["channel", "pod", "WebSocket channels, Pod"],
])("%s and %s are told as “%s”", (transport, route, summary) => {
  expect(pinSummary(transport, route)).toBe(summary);
});

test("what is unusual about keeping the tunnel is told beside the pins", () => {
  expect(pinSummary("automatic", "automatic", "kept always")).toBe("kept always");
  expect(pinSummary("spdy", "automatic", "kept 1 hour")).toBe("SPDY, kept 1 hour");
});

test("only the old route leaves WebSocket out", () => {
  const transports: TransportPin[] = ["automatic", "webSocketTunnel", "spdy", "channel"];
  const refused = (route: RoutePin) => transports.filter((transport) => cannotCarry(route, transport));
  expect(refused("historic")).toEqual(["webSocketTunnel", "channel"]);
  for (const route of ["automatic", "pod", "node"] as const) expect(refused(route)).toEqual([]);
});

test.each([
  { used: null, pin: undefined, shown: null },
  { used: null, pin: "automatic" as const, shown: null },
  { used: "spdy", pin: "automatic" as const, shown: { name: "spdy", pinned: false } },
  { used: "spdy", pin: "spdy", shown: { name: "spdy", pinned: true } },
  // Off: what it will be.
  { used: undefined, pin: "spdy", shown: { name: "spdy", pinned: true } },
  // Changed a moment ago: what still runs is not what was settled.
  { used: "channel", pin: "spdy", shown: { name: "channel", pinned: false } },
])("in use $used, pinned $pin", ({ used, pin, shown }) => {
  expect(shownPin(used, pin)).toEqual(shown);
});
