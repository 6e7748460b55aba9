import { parseArgs } from "node:util";

export interface BenchOptions {
  /** Rounds of each pair, without the first round, which does not count. */
  runs: number;
  only: Part | undefined;
}

/** The parts that `--only` accepts. */
export const parts = ["in-process", "fly", "kubernetes", "previews", "suite"] as const;
export type Part = (typeof parts)[number];

export function benchOptions(args: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: { runs: { type: "string" }, quick: { type: "boolean", default: false }, only: { type: "string" } },
  });
  const runs = Number(values.runs ?? (values.quick ? 3 : 7));
  if (!Number.isInteger(runs) || runs < 1)
    throw new Error(`--runs ${values.runs ?? ""}: not a whole number of at least 1. Set for example --runs 7.`);
  const only = parts.find((part) => part === values.only);
  if (values.only !== undefined && only === undefined)
    throw new Error(`--only ${values.only}: unknown part. Use one of ${parts.join(", ")}.`);
  return { runs, only };
}
