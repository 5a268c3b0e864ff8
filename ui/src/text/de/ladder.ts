import { formatNumber } from "../../format/number";
import { plural } from "../../format/plural";
import type { Catalogue } from "../catalogue";

/** What the window says while it finds out why something does not work. */
export const ladderText: Catalogue["ladder"] = {
  label: "Warum?",
  title: (subject) => `Warum? – ${subject}`,
  close: "Schließen",
  again: "Erneut prüfen",
  copy: "Bericht kopieren",
  copied: "Bericht kopiert. Er enthält keine Geheimnisse.",
  beginning: "Geprüft wird jeder Schritt von hier bis zum Programm im Pod …",
  running: "Prüft …",
  allWell: "Jeder Schritt klappt.",
  brokenAt: (rung) => `Hier geht es nicht weiter: ${rung}.`,
  warnedAt: (count) =>
    plural(count, { one: "Es klappt, mit einem Hinweis.", other: "Es klappt, mit # Hinweisen." }),
  took: (milliseconds) => (milliseconds < 1 ? "< 1 ms" : `${formatNumber(milliseconds)} ms`),
  rung: {
    configuration: "Konfiguration",
    name: "Name des Servers",
    connection: "Verbindung",
    proxy: "Proxy",
    certificate: "Zertifikat",
    signIn: "Anmeldung",
    permission: "Berechtigung",
    target: "Ziel",
    pod: "Pod",
    declaredPort: "Port angegeben",
    listeningPort: "Port antwortet",
  },
  outcome: {
    waiting: "steht aus",
    running: "prüft …",
    passed: "klappt",
    warned: "klappt, aber",
    failed: "scheitert",
    skipped: "nicht geprüft",
  },
};
