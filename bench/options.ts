import { parseArgs } from "node:util";

export interface BenchOptions {
  /** How often each pair is measured, beside the first round, which does not count. */
  runs: number;
  only: Part | undefined;
}

/** What can be measured by itself. */
export const parts = ["in-process", "fly", "kubernetes", "previews", "suite"] as const;
export type Part = (typeof parts)[number];

export function benchOptions(args: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: { runs: { type: "string" }, quick: { type: "boolean", default: false }, only: { type: "string" } },
  });
  const runs = Number(values.runs ?? (values.quick ? 3 : 7));
  if (!Number.isInteger(runs) || runs < 1)
    throw new Error(`--runs ${values.runs ?? ""}: not a whole number from 1 on. Use for example --runs 7.`);
  const only = parts.find((part) => part === values.only);
  if (values.only !== undefined && only === undefined)
    throw new Error(`--only ${values.only}: not a part. Use ${parts.join(", ")}.`);
  return { runs, only };
}
