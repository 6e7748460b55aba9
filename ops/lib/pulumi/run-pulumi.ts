import { execa } from "execa";

/** Longer than the longest deployment that anybody has seen. */
const limitSeconds = 3600;

export interface PulumiFailure {
  /** "is not installed", "failed with exit code 255". */
  finding: string;
  isMissing: boolean;
}

/**
 * Runs Pulumi on something that changes a stack; what it says goes to stderr as it comes. Returns how it ended where it
 * did not end well. An abort interrupts it, and it brings what has begun to its end.
 */
export async function runPulumi(words: readonly string[], signal?: AbortSignal): Promise<PulumiFailure | undefined> {
  const running = execa("pulumi", words, {
    reject: false,
    stdin: "ignore",
    stdout: process.stderr,
    stderr: process.stderr,
    timeout: limitSeconds * 1000,
    killSignal: "SIGINT",
    forceKillAfterDelay: 120_000,
  });
  // Ctrl-C at a terminal reaches it without us; an end by the system does not.
  signal?.addEventListener("abort", () => running.kill("SIGINT"), { once: true });
  const { failed, exitCode, timedOut, code } = await running;
  if (!failed) return undefined;
  const isMissing = code === "ENOENT";
  if (isMissing) return { finding: "is not installed", isMissing };
  const finding = timedOut ? `took longer than ${limitSeconds / 60} minutes` : `failed with exit code ${exitCode ?? 1}`;
  return { finding, isMissing };
}
