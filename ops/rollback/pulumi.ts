import { execa } from "execa";
import { runPulumi } from "../stack/source.ts";
import { shellLine } from "../troubleshoot/console.ts";

/** Longer than the longest deployment that anybody has seen. */
const upSeconds = 3600;

/** The commands of a rollback, so that what is shown is what is run. */
export const pulumiWords = {
  image: (stack: string, image: string) => [
    ...["config", "set", "--plaintext", "chatwoot:image", image],
    ...["--stack", stack, "--non-interactive"],
  ],
  webhook: (stack: string, enabled: boolean) => [
    ...["config", "set", "--plaintext", "--path", "chatwoot:support.webhookEnabled", String(enabled)],
    ...["--stack", stack, "--non-interactive"],
  ],
  up: (stack: string) => ["up", "--yes", "--skip-preview", "--stack", stack, "--non-interactive"],
};

export const shownPulumi = (words: readonly string[]): string => shellLine(["pulumi", ...words]);

export async function configure(words: readonly string[]): Promise<void> {
  await runPulumi(words);
}

/** Deploys; what Pulumi says goes to stderr as it comes. Returns how it ended where it did not end well. */
export async function deploy(stack: string): Promise<string | undefined> {
  const { failed, exitCode, timedOut, code } = await execa("pulumi", pulumiWords.up(stack), {
    reject: false,
    stdin: "ignore",
    stdout: process.stderr,
    stderr: process.stderr,
    timeout: upSeconds * 1000,
    // Pulumi brings what has begun to its end.
    killSignal: "SIGINT",
    forceKillAfterDelay: 120_000,
  });
  if (!failed) return undefined;
  if (code === "ENOENT") return "pulumi is not installed";
  return timedOut ? `took longer than ${upSeconds / 60} minutes` : `failed with exit code ${exitCode ?? "none"}`;
}
