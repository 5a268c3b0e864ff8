import { text } from "../text";
import { BackendError } from "./backend";
import type { Problem } from "./types";

/** Whatever was thrown, as a problem that can be shown. */
export function problemOf(thrown: unknown): Problem {
  if (thrown instanceof BackendError) return thrown.problem;
  if (isProblem(thrown)) return thrown;
  const why = thrown instanceof Error ? thrown.message : String(thrown);
  return {
    code: "internal",
    what: text.problem.internalWhat,
    why,
    remedy: text.problem.internalRemedy,
    action: null,
    port: null,
  };
}

function isProblem(value: unknown): value is Problem {
  if (typeof value !== "object" || value === null) return false;
  const candidate = value as Partial<Problem>;
  return typeof candidate.code === "string" && typeof candidate.what === "string";
}
