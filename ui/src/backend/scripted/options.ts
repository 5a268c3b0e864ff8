import type { Profile } from "../types";

/** When a profile that is turned on now turns off, if it does. */
export function offAt({ turnOffAfterMinutes = 0 }: Profile): { offAtMs?: number } {
  return turnOffAfterMinutes === 0 ? {} : { offAtMs: Date.now() + turnOffAfterMinutes * 60_000 };
}

/** What makes a forward start anew when it changes. */
export function workings({
  context,
  namespace,
  target,
  ports,
  bindAddress,
  transport,
  route,
  ...rest
}: Profile): string {
  const { keepUnusedMinutes, holdSeconds, pods } = rest;
  const mappings = ports.map(({ mapping }) => mapping);
  const way = [
    transport ?? "automatic",
    route ?? "automatic",
    keepUnusedMinutes ?? null,
    holdSeconds ?? null,
  ];
  return JSON.stringify([context, namespace, target, mappings, bindAddress, way, pods ?? { kind: "best" }]);
}
