import type { Catalogue } from "../catalogue";

/** What the menu of a port says. */
export const chipMenuText: Catalogue["chipMenu"] = {
  name: (address) => `Mehr zu ${address}`,
  copy: (words) => `${words} kopieren`,
  open: "Im Browser öffnen",
  copied: (words) => `${words} kopiert`,
};
