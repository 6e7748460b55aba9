import type { Problem } from "../../../config/problems.ts";

/** What a cluster lacks: everything at once, in the form that all messages of this project have. */
export class PreflightError extends Error {
  readonly problems: readonly Problem[];
  constructor(context: string, problems: readonly Problem[]) {
    const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
    const lines = problems.map(({ key, message }) => `  chatwoot:${key}: ${message}.`);
    super([`The cluster of context ${context} has ${count}; nothing was changed:`, ...lines].join("\n"));
    this.name = "PreflightError";
    this.problems = problems;
  }
}
