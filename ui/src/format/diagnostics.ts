import type { About } from "../backend/backend";
import type { Model } from "../state/model";

/**
 * What helps to find out what is wrong, as lines to paste into a report: versions, kinds and counts. No name of a cluster, a
 * forward or a person, and no secret. In English, for whoever mends it.
 */
export function diagnostics(about: About, model: Model): string {
  const { forwards, clusters, keyring, secrets, catalog, preferences, startAtLogin } = model;
  return [
    `Culvert ${about.version}`,
    ...about.parts.map(({ name, version }) => `${name} ${version}`),
    `System: ${about.system}`,
    `Desktop: ${about.desktop}`,
    `Logs: ${about.logs.replace(/^(\/(?:home|Users)|[A-Z]:\\Users)[\\/][^\\/]+/, "~")}`,
    `Forwards: ${counted(forwards.map(({ state }) => state.type))}`,
    `Problems: ${counted(forwards.flatMap(({ state }) => codes(state)))}`,
    `Clusters: ${counted(clusters.map(({ standing }) => standing.type))}`,
    `Kubeconfig files: ${catalog.files?.length ?? 0}, with problems: ${catalog.problems.length}`,
    `Keyring: ${keyring.type}, secrets kept: ${secrets}`,
    `Start at login: ${startAtLogin.type}`,
    `Settings: ${preferences.theme} theme, ${preferences.language} language, close: ${preferences.onClose}`,
  ].join("\n");
}

function codes(state: Model["forwards"][number]["state"]): string[] {
  if (state.type === "needsAttention") return [state.problem.code];
  return state.type === "reconnecting" ? [state.reason.code] : [];
}

/** `5: 2 live, 3 off`. */
function counted(kinds: string[]): string {
  if (kinds.length === 0) return "none";
  const counts = new Map<string, number>();
  for (const kind of kinds) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  const each = [...counts].toSorted(([a], [b]) => a.localeCompare(b, "en"));
  return `${kinds.length}: ${each.map(([kind, count]) => `${count} ${kind}`).join(", ")}`;
}
