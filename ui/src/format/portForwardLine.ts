import type { Target, TargetKind } from "../backend/types";

/** What a `kubectl port-forward` or `oc port-forward` line says, without anything it does not. */
export interface PortForwardLine {
  context: string | null;
  /** The file that the context is in. */
  kubeconfig: string | null;
  /** The URL of the API server. */
  server: string | null;
  namespace: string | null;
  /** Addresses to listen on, with commas between. */
  address: string | null;
  target: Target;
  /** Port mappings as they are written. */
  ports: string[];
}

const KINDS: Record<string, TargetKind> = {
  pod: "pod",
  pods: "pod",
  po: "pod",
  service: "service",
  services: "service",
  svc: "service",
  deployment: "deployment",
  deployments: "deployment",
  deploy: "deployment",
  statefulset: "statefulSet",
  statefulsets: "statefulSet",
  sts: "statefulSet",
  daemonset: "daemonSet",
  daemonsets: "daemonSet",
  ds: "daemonSet",
  replicaset: "replicaSet",
  replicasets: "replicaSet",
  rs: "replicaSet",
  job: "job",
  jobs: "job",
};

/** Flags of both programs whose value may be the next word; of others nothing is known but what `=` says. */
const TAKE_A_WORD = new Set(
  (
    "--address --as --as-group --as-uid --cache-dir --certificate-authority --client-certificate --client-key --cluster " +
    "--context --kubeconfig --kuberc --log-flush-frequency --loglevel --namespace --password --pod --pod-running-timeout " +
    "--profile --profile-output --request-timeout --server --tls-server-name --token --user --username --v --vmodule -n -p -s -v"
  ).split(" "),
);
const MAPPING = /^(\d*:)?(\d+|[a-z0-9-]*[a-z][a-z0-9-]*)$/;
/** Longer than any such line; more is a paste of something else. */
const LONGEST = 4_096;

/** Reads such a line as a shell would. Null for anything else, and where its target is of a kind that Culvert does not know. */
export function readPortForwardLine(line: string): PortForwardLine | null {
  if (line.length > LONGEST || !line.includes("port-forward")) return null;
  const words = shellWords(line);
  const program = words?.findIndex((word) => /(^|[\\/])(kubectl|oc)(\.exe)?$/.test(word)) ?? -1;
  if (words === null || program < 0) return null;

  const flags = new Map<string, string>();
  const plain = plainWords(words.slice(program + 1), flags);
  if (plain.shift() !== "port-forward") return null;
  const flag = (...names: string[]) => names.map((name) => flags.get(name)).find(Boolean) ?? null;
  // Of several files nobody knows which is meant.
  const files = words.slice(0, program).find((word) => word.startsWith("KUBECONFIG="));
  const variable = files === undefined || files.includes(":") ? null : files.slice("KUBECONFIG=".length);
  // The old way of `oc`, with the pod as a flag.
  const pod = flag("--pod", "-p");
  const target = pod === null ? targetOf(plain.shift() ?? "") : targetOf(pod);
  if (target === null || plain.length === 0 || !plain.every((port) => MAPPING.test(port))) return null;
  return {
    context: flag("--context"),
    kubeconfig: flag("--kubeconfig") ?? variable,
    server: flag("--server", "-s"),
    namespace: flag("--namespace", "-n"),
    address: flag("--address"),
    target,
    ports: plain,
  };
}

/** The words that are no flags; what the flags say is put down. */
function plainWords(words: string[], flags: Map<string, string>): string[] {
  const plain: string[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? "";
    if (word === "--") return [...plain, ...words.slice(at + 1)];
    const short = /^-([nspv])=?(.+)$/.exec(word);
    const equals = word.indexOf("=");
    if (short) flags.set(`-${short[1]}`, short[2] ?? "");
    else if (!word.startsWith("-") || word === "-") plain.push(word);
    else if (equals > 0) flags.set(word.slice(0, equals), word.slice(equals + 1));
    else if (TAKE_A_WORD.has(word)) flags.set(word, words[(at += 1)] ?? "");
  }
  return plain;
}

/** `NAME` is a pod; `TYPE/NAME` may have the API group behind its type, as in `deployment.apps/web`. */
function targetOf(word: string): Target | null {
  const slash = word.indexOf("/");
  const type = slash < 0 ? "pod" : (word.slice(0, slash).toLowerCase().split(".")[0] ?? "");
  const name = word.slice(slash + 1);
  const kind = Object.hasOwn(KINDS, type) ? KINDS[type] : undefined;
  return kind === undefined || !/^[a-z0-9][a-z0-9.-]*$/.test(name) ? null : { kind, name };
}

/** The words of the first command of a POSIX shell's line. Null where a quote does not end. */
function shellWords(line: string): string[] | null {
  const words: string[] = [];
  let word: string | null = null;
  let quote: string | null = null;
  // A line may go on behind a backslash.
  const letters = [...line.replace(/\\\r?\n/g, " ").trim()];
  for (let at = 0; at < letters.length; at += 1) {
    const letter = letters[at] ?? "";
    if (quote !== null) {
      if (letter === quote) quote = null;
      else if (letter === "\\" && quote === '"' && /["\\$`]/.test(letters[at + 1] ?? "")) {
        word = (word ?? "") + (letters[(at += 1)] ?? "");
      } else word = (word ?? "") + letter;
    } else if (letter === "'" || letter === '"') {
      quote = letter;
      word ??= "";
    } else if (/[&|;<>\n]/.test(letter)) {
      // The number before it is the stream that is led elsewhere, no port.
      if (/[<>]/.test(letter) && /^\d$/.test(word ?? "")) word = null;
      break;
    } else if (/\s/.test(letter)) {
      if (word !== null) words.push(word);
      word = null;
    } else if (letter === "\\" && /[\s"'\\&|;]/.test(letters[at + 1] ?? "")) {
      word = (word ?? "") + (letters[(at += 1)] ?? "");
    } else word = (word ?? "") + letter;
  }
  if (quote !== null) return null;
  return word === null ? words : [...words, word];
}
