import { changeStack } from "../lib/pulumi/run-pulumi.ts";
import { askPulumi } from "../lib/stack/source.ts";
import { shellLine } from "../troubleshoot/console.ts";

/** The commands of a rollback, for printing and running. */
export const pulumiWords = {
  image: (stack: string, image: string) => [
    ...["config", "set", "--plaintext", "chatwoot:image", image],
    ...["--stack", stack, "--non-interactive"],
  ],
  /** Allows code older than the schema. */
  unchecked: (stack: string, image: string) => [
    ...["config", "set", "--plaintext", "chatwoot:uncheckedImage", image],
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
  await askPulumi(words);
}

/** Deploys and returns the problem, if any. */
export async function deploy(stack: string): Promise<string | undefined> {
  const failure = await changeStack(pulumiWords.up(stack));
  return failure?.isMissing ? `pulumi ${failure.finding}` : failure?.finding;
}
