import type { Problem } from "../../../config/problems.ts";

/** All problems of a cluster together, in the format of all messages of this project. */
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
