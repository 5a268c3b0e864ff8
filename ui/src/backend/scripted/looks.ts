import type { Browsed, ContextRef, Event, Problem, Target, TargetSummary } from "../types";
import { target } from "./cluster";
import { problem } from "./problem";

/** How many targets come with one event, as in the engine. */
const PAGE = 500;
/** Pods of the crowded namespace. */
const CROWD = 5000;

/** The rounds of sixty in which the pod crowd-00005 is not there. */
const AWAY_FROM = 30;
const AWAY_UNTIL = 55;

/** What a scripted look needs to know of its cluster. */
export interface Scene {
  namespaces(context: ContextRef): Promise<Extract<Browsed, { type: "namespaces" }>>;
  targets(context: ContextRef, namespace: string): Promise<TargetSummary[]>;
  pods: "crowded" | "forbidden" | undefined;
}

/** Tells looks what there is, in the engine's manner. */
export class ScriptedLooks {
  readonly #looks = new Map<number, AbortController>();

  constructor(
    readonly scene: Scene,
    readonly tell: (event: Event) => void,
    readonly wait: (milliseconds: number) => Promise<void>,
  ) {}

  begin(look: number, context: ContextRef, namespace: string | undefined): void {
    this.stop(look);
    const ended = new AbortController();
    this.#looks.set(look, ended);
    const told = (browsed: Browsed) => {
      if (!ended.signal.aborted) this.tell({ type: "browsed", look, browsed });
    };
    const looking =
      namespace === undefined
        ? this.scene.namespaces(context).then(told)
        : this.#targets(context, namespace, told, ended.signal);
    looking.catch((thrown: { problem?: Problem }) => {
      if (ended.signal.aborted) return;
      this.stop(look);
      const why = thrown.problem ?? problem("internal", { what: "The script failed." });
      this.tell({ type: "lookEnded", look, problem: why });
    });
  }

  stop(look: number): void {
    this.#looks.get(look)?.abort();
    this.#looks.delete(look);
  }

  async #targets(
    context: ContextRef,
    namespace: string,
    told: (browsed: Browsed) => void,
    ended: AbortSignal,
  ): Promise<void> {
    const all = await this.scene.targets(context, namespace);
    const forbidden = this.scene.pods === "forbidden";
    const notices = forbidden ? [noPods(namespace)] : [];
    const some = forbidden ? all.filter((summary) => summary.target.kind !== "pod") : all;
    if (this.scene.pods !== "crowded" || some.length === 0) {
      told({ type: "targets", put: some, gone: [], complete: true, notices });
      return;
    }
    told({ type: "targets", put: some, gone: [], complete: false, notices });
    for (let first = 0; first < CROWD; first += PAGE) {
      await this.wait(100);
      const put = Array.from({ length: PAGE }, (_, index) => crowdPod(first + index));
      told({ type: "targets", put, gone: [], complete: first + PAGE >= CROWD, notices });
    }
    for (let round = 0; !ended.aborted; round += 1) {
      await this.wait(100);
      const { put, gone } = churn(round);
      // One goes for a while.
      if (round % 60 === AWAY_FROM) gone.push(crowdPod(5).target);
      if (round % 60 === AWAY_UNTIL) put.push(crowdPod(5));
      told({ type: "targets", put, gone, complete: true, notices });
    }
  }
}

/** Fifty pods change, one goes, and the one that went before comes back. The first ten stay as they are. */
function churn(round: number): { put: TargetSummary[]; gone: Target[] } {
  const number = (of: number) => 10 + ((of * 97) % (CROWD - 10));
  const put = Array.from({ length: 50 }, (_, index) => crowdPod(number(round * 50 + index + 7), round % 2));
  const gone = crowdPod(number(round)).target;
  const back = crowdPod(number(round - 1 + (CROWD - 10)));
  const rest = put.filter((summary) => summary.target.name !== gone.name);
  return { put: [...rest, back], gone: [gone] };
}

function crowdPod(number: number, ready = 1): TargetSummary {
  return target("pod", `crowd-${String(number).padStart(5, "0")}`, [[8080, "http"]], ready, 1);
}

function noPods(namespace: string): Problem {
  return problem("forbidden", {
    what: `You are not allowed to list pods in the namespace ${namespace}.`,
    why: "The cluster says: pods is forbidden.",
    remedy: "What is listed can be forwarded to. Type the name of a pod to forward to it all the same.",
  });
}
