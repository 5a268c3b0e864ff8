import type { DeclaredPort, TargetSummary } from "../backend/types";
import { mappingSides, splitMappings } from "../format/ports";

/** One declared port with what the person chose for it. */
export interface PortChoice extends DeclaredPort {
  ticked: boolean;
  local: string;
  error: string | null;
}

/** All its ports, ticked. */
export function choicesOf({ ports }: TargetSummary): PortChoice[] {
  return ports.map((port) => ({ ...port, ticked: true, local: "", error: null }));
}

/** What was typed of ports before it was known which there are belongs to these; what is left stays typed. */
export function takenUp({ ports }: TargetSummary, other: string): { ports: PortChoice[]; other: string } {
  const typed = splitMappings(other).map((mapping) => ({ mapping, ...mappingSides(mapping) }));
  const leadsTo = (remote: string) => (port: DeclaredPort) =>
    remote === String(port.number) || remote === port.name;
  return {
    ports: ports.map((port) => {
      const own = typed.find(({ remote }) => leadsTo(remote)(port));
      return { ...port, ticked: own !== undefined, local: own?.local ?? "", error: null };
    }),
    other: typed
      .flatMap((each) => {
        const first = typed.find(({ remote }) => remote === each.remote) === each;
        return first && ports.some(leadsTo(each.remote)) ? [] : each.mapping;
      })
      .join(" "),
  };
}
