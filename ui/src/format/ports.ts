import type { Profile } from "../backend/types";
import { text } from "../text";

/** The two sides of a mapping as the person wrote it. The engine checks mappings; this only takes them apart to show them. */
export interface MappingSides {
  /** The fixed local port; null when any free one will do. */
  local: string | null;
  /** A number or a name. */
  remote: string;
}

/** Takes `5000`, `6000:5000`, `:5000`, `0:5000`, `http` … apart. */
export function mappingSides(mapping: string): MappingSides {
  const colon = mapping.indexOf(":");
  if (colon < 0) return { local: /^\d+$/.test(mapping) ? mapping : null, remote: mapping };
  const local = mapping.slice(0, colon);
  return { local: local === "" || local === "0" ? null : local, remote: mapping.slice(colon + 1) };
}

/** The mapping that a ticked port with this content of its local-port field means. */
export function mappingOf(local: string, remote: number): string {
  return `${local.trim()}:${remote}`;
}

/** The mappings in a free text field: separated by spaces or commas. */
export function splitMappings(input: string): string[] {
  return input.split(/[\s,]+/).filter((part) => part !== "");
}

/**
 * The host under which a program on this computer reaches a forward: the first address of the list decides. An IP address
 * is that address; `localhost`, nothing, every address (`0.0.0.0`, `::`) and what is none are `localhost`. The same rule
 * is in `src-tauri/src/address.rs`, and the tests of both have the same table.
 */
export function localHost(bindAddress: string): string {
  const first = (bindAddress.split(",")[0] ?? "").trim();
  if (first === "0.0.0.0" || first === "::") return "localhost";
  if (/^\d{1,3}(\.\d{1,3}){3}$/.test(first)) return first;
  return /^[\da-f]*:[\da-f:.]*$/i.test(first) ? `[${first}]` : "localhost";
}

/** What the chip of a port that is not bound shows: the port it will ask for, as far as that is known. */
export function expectedLocal(profile: Profile, index: number): string {
  const port = profile.ports[index];
  if (port === undefined) return text.chip.auto;
  const { local } = mappingSides(port.mapping);
  const number = local ?? port.lastLocal?.toString();
  return number === undefined ? text.chip.auto : `${localHost(profile.bindAddress)}:${number}`;
}
