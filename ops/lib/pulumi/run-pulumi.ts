import { execa } from "execa";

export interface PulumiFailure {
  /** "is not installed", "failed with exit code 255". */
  finding: string;
  isMissing: boolean;
  isTimeout: boolean;
}

export interface PulumiRun {
  /** Both are empty where the output is printed. */
  stdout: string;
  stderr: string;
  failure?: PulumiFailure;
}

export interface PulumiOptions {
  limitSeconds: number;
  /** Prints Pulumi's output to stderr as it comes. */
  print?: boolean;
  /** Passed on standard input. Default: nothing. */
  input?: string;
  /** Interrupts Pulumi, which finishes what it has started. */
  signal?: AbortSignal;
}

/** Runs a `pulumi` command. Never throws: the result says how it failed. */
export async function runPulumi(words: readonly string[], options: PulumiOptions): Promise<PulumiRun> {
  const { limitSeconds, print = false, input, signal } = options;
  const output = print ? process.stderr : "pipe";
  const running = execa("pulumi", words, {
    reject: false,
    ...(input === undefined ? { stdin: "ignore" as const } : { input }),
    stdout: output,
    stderr: output,
    timeout: limitSeconds * 1000,
    maxBuffer: 256 * 1024 * 1024,
    killSignal: "SIGINT",
    forceKillAfterDelay: 120_000,
  });
  // Ctrl-C at a terminal reaches Pulumi directly; a signal from the system does not.
  signal?.addEventListener("abort", () => running.kill("SIGINT"), { once: true });
  const { failed, exitCode, timedOut, code, stdout = "", stderr = "" } = await running;
  if (!failed) return { stdout, stderr };
  const isMissing = code === "ENOENT";
  return { stdout, stderr, failure: { finding: finding(), isMissing, isTimeout: timedOut } };

  function finding(): string {
    if (isMissing) return "is not installed";
    if (!timedOut) return `failed with exit code ${exitCode ?? 1}`;
    return `took longer than ${limitSeconds < 120 ? `${limitSeconds} seconds` : `${limitSeconds / 60} minutes`}`;
  }
}

/** Longer than the longest deployment that was seen. */
const changeLimitSeconds = 3600;

/** Runs a command that changes a stack. Returns how it failed, if it did. */
export async function changeStack(words: readonly string[], signal?: AbortSignal): Promise<PulumiFailure | undefined> {
  const { failure } = await runPulumi(words, {
    limitSeconds: changeLimitSeconds,
    print: true,
    ...(signal && { signal }),
  });
  return failure;
}
