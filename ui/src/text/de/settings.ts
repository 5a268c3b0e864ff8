import { plural } from "../../format/plural";
import type { Catalogue } from "../catalogue";

/** What the settings say. */
export const settingsText: Catalogue["settings"] = {
  title: "Einstellungen",
  open: "Einstellungen",
  back: "Zurück",
  appearance: "Darstellung",
  theme: "Farbschema",
  themes: { system: "System", light: "Hell", dark: "Dunkel" },
  themeHint: "„System“ folgt Ihrem Desktop, auch wenn er wechselt.",
  language: "Sprache",
  languages: { system: "System", english: "English", german: "Deutsch" },

  forwards: "Weiterleitungen",
  listenOn: "Lauschen auf",
  listenOnHint:
    "Für neue Weiterleitungen: localhost, oder IP-Adressen dieses Computers, durch Kommas getrennt.",
  exposed: "Andere Computer können sich mit jeder neuen Weiterleitung verbinden.",
  hold: "Programme ohne Tunnel warten lassen",
  keep: "Tunnel ohne Verbindungen behalten",
  followed: "Für Weiterleitungen, die nichts anderes festlegen; eingeschaltete folgen sofort.",
  asInSettings: (value) => `Wie in den Einstellungen (${value})`,

  application: "Anwendung",
  startAtLogin: "Beim Anmelden starten",
  startAtLoginHint:
    "Ohne Fenster: Culvert wartet im Infobereich, und Weiterleitungen sind an, wie Sie sie verlassen haben.",
  startAtLoginNone: "Dieses System kann Culvert nicht starten.",
  notifications: "Benachrichtigungen",
  notificationsHint:
    "Wenn ein Tunnel verloren geht, wenn er wieder da ist, und wenn eine Anmeldung bald endet.",
  onClose: "Beim Schließen des Fensters",
  onCloses: { keepRunning: "Weiterlaufen", quit: "Beenden" },
  onCloseHint: {
    keepRunning: "Weiterleitungen bleiben an; der Infobereich bringt das Fenster zurück.",
    quit: "Jede Weiterleitung wird ausgeschaltet.",
  },

  kubeconfigs: "kubeconfig-Dateien",

  about: "Über Culvert",
  version: (version) => `Culvert ${version}`,
  quiet:
    "Culvert selbst ruft nur Ihre Cluster an und die Stellen, an denen Sie sich dort anmelden: keine Updates, keine Statistik, keine Berichte.",
  licence: "MIT oder Apache 2.0, nach Ihrer Wahl.",
  parts: "Versionen",
  system: "System",
  desktop: "Desktop",
  logs: "Protokolldateien",
  showLogs: "Zeigen",
  copyDiagnostics: "Diagnose kopieren",
  copiedDiagnostics: "Kopiert. Sie nennt keinen Cluster und enthält keine Geheimnisse.",
  licences: "Lizenzen",
  licencesTitle: "Woraus Culvert besteht",
  licencesLead: (count) =>
    plural(count, {
      one: "# Bibliothek gehört zu Culvert. Danke.",
      other: "# Bibliotheken gehören zu Culvert. Danke.",
    }),
  licencesSearch: "Bibliotheken und Lizenzen suchen",
  licencesFound: (count) => plural(count, { one: "# Bibliothek", other: "# Bibliotheken" }),
  licencesNone: (typed) => `Nichts passt zu „${typed}“`,
  licencesFailed: "Die Liste ist nicht lesbar.",
  close: "Schließen",

  themeCommand: {
    system: "Farbschema: wie das System",
    light: "Farbschema: hell",
    dark: "Farbschema: dunkel",
  },
};
