import type { Profile, ProfileDraft } from "../backend/types";

/** What a profile was made from, with all that it was told beyond what the window shows. */
export function draftOf(profile: Profile): ProfileDraft {
  const { id, on, offAtMs, ports, ...told } = profile;
  return { ...told, ports: ports.map((port) => port.mapping) };
}
