import type { Standing } from "../../backend/types";

/** What the window says about clusters, their marks and their standing. */
export const clustersText = {
  add: "Add cluster",
  menu: (name: string) => `Actions for ${name}`,
  standing: {
    unknown: "Not asked yet",
    reachable: "Reachable",
    unreachable: "Unreachable",
    needsSignIn: "Signed out",
    signingIn: "Signing in…",
  } satisfies Record<Standing["type"], string>,
  ends: (minutes: number) =>
    minutes < 1 ? "Sign-in ends in under a minute" : `Sign-in ends in ${minutes} min`,
  signIn: "Sign in",
  signInTo: (name: string) => `Sign in to ${name}`,
  signInAgain: "Sign in again",
  signOut: "Sign out",
  why: "Why?",
  edit: "Edit",
  mark: "Production and colour…",
  remove: "Remove",
  removed: (name: string) => `Removed “${name}” and forgot its sign-in`,
  removedOnly: (name: string) => `Removed “${name}”`,
  signedOut: (name: string) => `Signed out of “${name}”`,
  production: "Production",
  productionHint: "You marked this cluster as production.",
  productionQuestion: (cluster: string) => `${cluster} is a production cluster. Connect?`,
  choiceHint: (hints: string[]) => hints.join(" · "),

  editTitle: (name: string) => `Edit ${name}`,
  name: "Name",
  server: "Server",
  namespace: "Namespace",
  namespaceHint: "Chosen first in New forward; may be empty.",
  save: "Save",
  saveUnchecked: "Save unchecked",
  cancel: "Cancel",
  close: "Close",

  markTitle: (name: string) => `How ${name} is marked`,
  isProduction: "This is a production cluster",
  isProductionHint: "Culvert asks before it connects, and shows the colour wherever the cluster appears.",
  markColourHint: "Production without a colour is shown red.",

  acceptTitle: "This context now leads elsewhere",
  acceptLead: (forward: string) =>
    `“${forward}” was made for another cluster. Culvert connects only if you say that the new one is right.`,
  former: "Before",
  now: "Now",
  sameServer:
    "The address is the same, but another authority answers for it: the cluster may have been replaced.",
  unknownServer: "not known",
  systemAuthority: "authorities of this computer",
  authority: "Authority",
  accept: "Connect to the new one",
  leaveOff: "Leave off",
};
