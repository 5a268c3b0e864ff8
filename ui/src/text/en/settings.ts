import type { Language, OnClose, Theme } from "../../backend/types";
import { plural } from "../../format/plural";

/** What the settings say. */
export const settingsText = {
  title: "Settings",
  open: "Settings",
  back: "Back",
  appearance: "Appearance",
  theme: "Theme",
  themes: { system: "System", light: "Light", dark: "Dark" } satisfies Record<Theme, string>,
  themeHint: "“System” follows your desktop, also when it changes.",
  language: "Language",
  // Each language by its own name, so that whoever took a wrong one finds back.
  languages: { system: "System", english: "English", german: "Deutsch" } satisfies Record<Language, string>,

  forwards: "Forwards",
  listenOn: "Listen on",
  listenOnHint: "For new forwards: localhost, or IP addresses of this computer with commas between.",
  exposed: "Other computers can connect to every new forward.",
  hold: "Hold callers while there is no tunnel",
  keep: "Without connections, keep the tunnel",
  followed: "Used where a forward sets nothing itself; running ones change at once.",
  asInSettings: (value: string) => `As in Settings (${value.toLowerCase()})`,

  application: "Application",
  startAtLogin: "Start at login",
  startAtLoginHint: "Without a window: Culvert waits in the tray, and forwards are on as you left them.",
  startAtLoginNone: "This system cannot start it.",
  notifications: "Notifications",
  notificationsHint: "When a tunnel is lost, when it is back, and when a sign-in ends soon.",
  onClose: "When the window is closed",
  onCloses: { keepRunning: "Keep running", quit: "Quit" } satisfies Record<OnClose, string>,
  onCloseHint: {
    keepRunning: "Forwards stay on; the tray brings the window back.",
    quit: "Every forward is turned off.",
  } satisfies Record<OnClose, string>,

  kubeconfigs: "Kubeconfig files",

  about: "About",
  version: (version: string) => `Culvert ${version}`,
  quiet:
    "Culvert itself calls nothing but your clusters and where you sign in to them: no updates, no statistics, no reports.",
  licence: "MIT or Apache 2.0, at your choice.",
  parts: "Versions",
  system: "System",
  desktop: "Desktop",
  logs: "Log files",
  showLogs: "Show",
  copyDiagnostics: "Copy diagnostics",
  copiedDiagnostics: "Copied. It names no cluster and holds no secret.",
  licences: "Licences",
  licencesTitle: "What Culvert is made of",
  licencesLead: (count: number) =>
    plural(count, {
      one: "# library comes with Culvert. Thank you.",
      other: "# libraries come with Culvert. Thank you.",
    }),
  licencesSearch: "Search libraries and licences",
  licencesFound: (count: number) => plural(count, { one: "# library", other: "# libraries" }),
  licencesNone: (typed: string) => `Nothing matches “${typed}”`,
  licencesFailed: "The list could not be read.",
  close: "Close",

  themeCommand: {
    system: "Theme: follow the system",
    light: "Theme: light",
    dark: "Theme: dark",
  } satisfies Record<Theme, string>,
};
