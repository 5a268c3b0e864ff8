import type { Catalogue } from "../catalogue";

/** What the window says about clusters, their marks and their standing. */
export const clustersText: Catalogue["clusters"] = {
  add: "Cluster hinzufügen",
  menu: (name) => `Aktionen für ${name}`,
  standing: {
    unknown: "Ungeprüft",
    reachable: "Erreichbar",
    unreachable: "Nicht erreichbar",
    needsSignIn: "Abgemeldet",
    signingIn: "Anmeldung läuft …",
  },
  ends: (minutes) =>
    minutes < 1 ? "Anmeldung endet in weniger als 1 min" : `Anmeldung endet in ${minutes} min`,
  signIn: "Anmelden",
  signInTo: (name) => `Bei ${name} anmelden`,
  signInAgain: "Erneut anmelden",
  signOut: "Abmelden",
  why: "Warum?",
  edit: "Bearbeiten",
  mark: "Produktion und Farbe …",
  remove: "Entfernen",
  removed: (name) => `„${name}“ entfernt und die Anmeldung vergessen`,
  removedOnly: (name) => `„${name}“ entfernt`,
  signedOut: (name) => `Von „${name}“ abgemeldet`,
  production: "Produktion",
  productionHint: "Sie haben diesen Cluster als Produktion gekennzeichnet.",
  productionQuestion: (cluster) => `${cluster} ist ein Produktionscluster. Verbinden?`,
  choiceHint: (hints) => hints.join(" · "),

  editTitle: (name) => `${name} bearbeiten`,
  name: "Name",
  server: "Server",
  namespace: "Namespace",
  namespaceHint: "Vorauswahl für neue Weiterleitungen; darf leer sein.",
  save: "Speichern",
  saveUnchecked: "Ungeprüft speichern",
  cancel: "Abbrechen",
  close: "Schließen",

  markTitle: (name) => `Kennzeichen von ${name}`,
  isProduction: "Dies ist ein Produktionscluster",
  isProductionHint: "Culvert fragt vor dem Verbinden und zeigt die Farbe überall, wo der Cluster erscheint.",
  markColourHint: "Produktion ohne Farbe wird rot gezeigt.",

  acceptTitle: "Dieser Kontext führt jetzt woandershin",
  acceptLead: (forward) =>
    `„${forward}“ wurde für einen anderen Cluster angelegt. Culvert verbindet nur, wenn Sie den neuen bestätigen.`,
  former: "Bisher",
  now: "Jetzt",
  sameServer:
    "Die Adresse ist dieselbe, aber eine andere Zertifizierungsstelle bürgt dafür: Der Cluster wurde vielleicht ersetzt.",
  unknownServer: "nicht bekannt",
  systemAuthority: "Zertifizierungsstellen dieses Computers",
  authority: "Zertifizierungsstelle",
  accept: "Mit dem neuen verbinden",
  leaveOff: "Ausgeschaltet lassen",
};
