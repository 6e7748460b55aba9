import { parseArgs } from "node:util";
import { StepProblem } from "../../lib/problem.ts";

/** The step that the command line names, `STEP [--delete]`. Throws a `StepProblem` with the steps there are. */
export function askedStep<Step>(steps: Readonly<Record<string, Step>>): {
  name: string;
  step: Step;
  isRemoval: boolean;
} {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { delete: { type: "boolean", default: false } },
  });
  const [name = ""] = positionals;
  const step = steps[name];
  if (step === undefined)
    throw new StepProblem("driver", "knows no such step", `Use one of ${Object.keys(steps).join(", ")}`);
  return { name, step, isRemoval: values.delete };
}

/** What a person is told of an error: of a problem its sentence, of a mistake in the program where it happened. */
export function describe(error: unknown): string {
  if (error instanceof StepProblem) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** Runs a step's program to its end: what goes wrong is told on stderr, last, and the exit code is 1. */
export async function runProgram(main: () => Promise<void>): Promise<void> {
  try {
    await main();
  } catch (error) {
    console.error(describe(error));
    process.exitCode = 1;
  }
}
