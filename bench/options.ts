import { parseArgs } from "node:util";

export interface BenchOptions {
  /** How often each pair is measured, beside the first round, which does not count. */
  runs: number;
}

export function benchOptions(args: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: { runs: { type: "string" }, quick: { type: "boolean", default: false } },
  });
  const runs = Number(values.runs ?? (values.quick ? 3 : 7));
  if (!Number.isInteger(runs) || runs < 1)
    throw new Error(`--runs ${values.runs ?? ""}: not a whole number from 1 on. Use for example --runs 7.`);
  return { runs };
}
