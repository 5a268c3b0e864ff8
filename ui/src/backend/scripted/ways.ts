import type { Problem, Profile, RouteName, TransportName } from "../types";
import { noTransport } from "./problem";

/** How a tunnel is made. */
interface Way {
  transport: TransportName;
  route: RouteName;
}

/** By which way a profile connects, or why by none. Production is older than the WebSocket tunnel, and no cluster knows the old route. */
export function wayOf({ context, transport = "automatic", route = "automatic" }: Profile): Way | Problem {
  const old = context.kind === "kubeconfig" && context.name === "production";
  if ((old && transport === "webSocketTunnel") || route === "historic") return noTransport;
  const best = old ? "spdy" : "webSocketTunnel";
  return {
    transport: transport === "automatic" ? best : transport,
    route: route === "automatic" ? "pod" : route,
  };
}
