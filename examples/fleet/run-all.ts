import pLimit from "p-limit";

/** What became of one environment. */
export interface Outcome<T> {
  name: string;
  /** `skipped`: it had not begun when the run was stopped. */
  state: "done" | "failed" | "skipped";
  value: T | undefined;
  /** Why it failed. */
  reason: string | undefined;
  seconds: number;
}

export interface RunOptions<T> {
  /** How many at once; each is a process of Pulumi with its providers, some hundred MiB. */
  parallel: number;
  /** Lets nothing more begin; what goes on is waited for. */
  signal: AbortSignal;
  onOutcome?: (outcome: Outcome<T>) => void;
}

/** Does the work for each name. One that fails stops no other; outcomes are in the order of the names. */
export async function runAll<T>(
  names: readonly string[],
  work: (name: string) => Promise<T>,
  { parallel, signal, onOutcome }: RunOptions<T>,
): Promise<Outcome<T>[]> {
  const limit = pLimit(parallel);
  return await Promise.all(
    names.map((name) =>
      limit(async () => {
        const outcome = signal.aborted ? skipped<T>(name) : await attempt(name, work);
        onOutcome?.(outcome);
        return outcome;
      }),
    ),
  );
}

const skipped = <T>(name: string): Outcome<T> => ({
  name,
  state: "skipped",
  value: undefined,
  reason: undefined,
  seconds: 0,
});

async function attempt<T>(name: string, work: (name: string) => Promise<T>): Promise<Outcome<T>> {
  const begun = performance.now();
  const seconds = (): number => (performance.now() - begun) / 1000;
  try {
    const value = await work(name);
    return { name, state: "done", value, reason: undefined, seconds: seconds() };
  } catch (error) {
    return { name, state: "failed", value: undefined, reason: reasonOf(error), seconds: seconds() };
  }
}

/** Pulumi's errors carry everything that was printed, after a line with the exit code; why is told by one with `error:`. */
function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const lines = text.split("\n").map((line) => line.trim());
  const told = lines.filter((line) => !/^(code: -?\d+|stdout:|stderr:|err\?:)?$/.test(line));
  return told.find((line) => line.startsWith("error:")) ?? told[0] ?? "was ended";
}
