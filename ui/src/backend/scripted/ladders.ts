import type { Ladder, LadderStep, Outcome, Problem, Rung } from "../types";

/** The rungs of a forward's ladder, with what is found where all is well. */
const FOUND: [Rung, string, number][] = [
  ["configuration", "The context staging of /home/ada/.kube/config.", 2],
  ["name", "api.staging.example.com is 10.1.2.3.", 12],
  ["connection", "10.1.2.3 answers on port 6443.", 24],
  ["proxy", "No proxy is used.", 0],
  ["certificate", "Signed by example-ca, valid until 1 Mar 2027.", 31],
  ["signIn", "You are ada.", 48],
  ["permission", "You may get pods and forward ports in shop.", 52],
  ["target", "The deployment catalog exists.", 18],
  ["pod", "3 of 3 pods are ready.", 22],
  ["declaredPort", "Port 8080 (http) is declared.", 1],
  ["listeningPort", "The program in the pod answers.", 140],
];

/** Where a code's fault lies. */
const BROKEN: Partial<Record<Problem["code"], Rung>> = {
  unreachable: "connection",
  untrusted: "certificate",
  unauthorized: "signIn",
  forbidden: "permission",
  podGone: "pod",
  clusterChanged: "configuration",
};

/** The rungs of a diagnosis in order; those below a broken one are passed over. */
export function rungs(problem: Problem | null, cluster: boolean): LadderStep[] {
  const broken = problem === null ? undefined : BROKEN[problem.code];
  const steps = cluster ? FOUND.slice(0, 7) : FOUND;
  const at = steps.findIndex(([rung]) => rung === broken);
  return steps.map(([rung, detail, tookMs], index) => {
    if (at >= 0 && index > at) {
      const why = "What is above has to work first.";
      return { rung, outcome: { type: "skipped", why }, detail: "", tookMs: null };
    }
    const failed = index === at && problem !== null;
    const outcome: Outcome = failed ? { type: "failed", problem } : { type: "passed" };
    return { rung, outcome, detail: failed ? "" : detail, tookMs };
  });
}

/** The end of a diagnosis. */
export function ladder(title: string, steps: LadderStep[]): Ladder {
  const lines = steps.map(({ rung, outcome, detail }) => `${rung}: ${outcome.type} ${detail}`.trim());
  return { title, atMs: Date.now(), steps, text: [title, ...lines].join("\n") };
}
