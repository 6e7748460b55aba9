import pLimit from "p-limit";

/** The result of one environment. */
export interface Outcome<T> {
  name: string;
  /** `skipped`: not started when the run was stopped. */
  state: "done" | "failed" | "skipped";
  value: T | undefined;
  /** Cause of a failure. */
  reason: string | undefined;
  seconds: number;
}

export interface RunOptions<T> {
  /** Number of concurrent environments; each needs several hundred MiB. */
  parallel: number;
  /** Starts no further environments; running ones finish. */
  signal: AbortSignal;
  onOutcome?: (outcome: Outcome<T>) => void;
}

/** Runs the work for each name. Failures stop no other; outcomes are in the order of the names. */
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

/** Pulumi's errors contain the whole output; the line with `error:` has the cause. */
function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const lines = text.split("\n").map((line) => line.trim());
  const messages = lines.filter((line) => !/^(code: -?\d+|stdout:|stderr:|err\?:)?$/.test(line));
  return messages.find((line) => line.startsWith("error:")) ?? messages[0] ?? "was interrupted";
}
