import type { ForwardView, TargetKind } from "../backend/types";
import { mappingSides } from "./ports";

const SHORT_KIND: Record<Exclude<TargetKind, "selector">, string> = {
  pod: "pod",
  service: "svc",
  deployment: "deploy",
  statefulSet: "sts",
  daemonSet: "ds",
  replicaSet: "rs",
  job: "job",
};

/**
 * The `kubectl` or `oc` command that does what this forward does, with the local ports it has now.
 * Null for clusters that no kubeconfig has, which no other program can reach, and for labels, which no other program takes.
 */
export function commandLine(forward: ForwardView, program: "kubectl" | "oc"): string | null {
  const { profile } = forward;
  const { kind, name } = profile.target;
  if (profile.context.kind !== "kubeconfig" || kind === "selector") return null;
  const { name: context, file } = profile.context;
  const words = [program, "port-forward", ...(file === undefined ? [] : ["--kubeconfig", file])];
  words.push("--context", context, "-n", profile.namespace);
  if (profile.bindAddress !== "" && profile.bindAddress !== "localhost") {
    words.push("--address", profile.bindAddress);
  }
  words.push(`${SHORT_KIND[kind]}/${name}`);
  profile.ports.forEach((port, index) => {
    const { local, remote } = mappingSides(port.mapping);
    const chosen = forward.ports[index]?.local ?? local ?? port.lastLocal ?? "";
    words.push(`${chosen}:${remote}`);
  });
  return words.map(quote).join(" ");
}

/** Quotes a word for a POSIX shell where it needs that. */
function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
