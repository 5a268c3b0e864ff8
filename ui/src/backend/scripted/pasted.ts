import { BackendError } from "../backend";
import type { Pasted, PastedContext } from "../types";
import { problem } from "./problem";

/** What the engine would read in a pasted text. */
export function readPasted(text: string): Pasted {
  const words = text.trim().split(/\s+/);
  if (words[0] === "oc" && words[1] === "login") return login(words.slice(2));
  if (/^\s*(apiVersion|contexts|clusters|kind):/m.test(text)) {
    return { type: "kubeconfig", contexts: contextsOf(text) };
  }
  throw new BackendError(
    problem("badInput", {
      what: "This is neither an oc login line nor a kubeconfig.",
      why: `It begins with “${(words[0] ?? "").slice(0, 12)}”.`,
      remedy: "Paste the whole line, from “oc login” to its end, or the whole file.",
    }),
  );
}

function login(words: string[]): Pasted {
  const value = (...names: string[]) => {
    for (const [index, word] of words.entries()) {
      const name = names.find((one) => word === one || word.startsWith(`${one}=`));
      if (name !== undefined) return word === name ? (words[index + 1] ?? null) : word.slice(name.length + 1);
    }
    return null;
  };
  const server = value("--server", "-s") ?? words.find((word) => /^https?:|:\d+$/.test(word)) ?? "";
  if (server === "") {
    throw new BackendError(
      problem("badInput", {
        what: "The oc login line names no server.",
        why: "There is neither --server=… nor an address in it.",
        remedy: "Copy the whole line again.",
      }),
    );
  }
  const token = value("--token");
  const user = value("-u", "--username");
  const web = words.some((word) => word === "--web" || word === "-w");
  const method = user !== null ? "password" : web || token === null ? "browser" : "token";
  return {
    type: "login",
    server,
    name: server.replace(/^https?:\/\/(api\.)?|[:/]\d*.*$/g, ""),
    user,
    method,
    hasSecret: token !== null || value("-p", "--password") !== null,
    authority: value("--certificate-authority"),
    unchecked: words.some((word) => word.startsWith("--insecure-skip-tls-verify")),
  };
}

function contextsOf(text: string): PastedContext[] {
  const redacted = /REDACTED|DATA\+OMITTED/.test(text);
  const usable: PastedContext = {
    name: "dev",
    server: /server: (\S+)/.exec(text)?.[1] ?? "https://api.dev.example.com:6443",
    trust: { kind: "system" },
    namespace: "team-blue",
    method: redacted ? null : /username:/.test(text) ? "password" : "token",
    hasSecret: !redacted && (!/username:/.test(text) || /password: *\S/.test(text)),
    unusable: redacted ? "Its secrets were left out: use “kubectl config view --raw”." : null,
  };
  const helped: PastedContext = {
    name: "cloud",
    server: "https://cloud.example.com",
    trust: { kind: "system" },
    namespace: null,
    method: null,
    hasSecret: false,
    unusable: "A login helper (aws) signs in to it: add the file instead.",
  };
  return [usable, helped];
}
