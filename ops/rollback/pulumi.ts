import { changeStack } from "../lib/pulumi/run-pulumi.ts";
import { askPulumi } from "../lib/stack/source.ts";
import { shellLine } from "../troubleshoot/console.ts";

/** The commands of a rollback, so that what is shown is what is run. */
export const pulumiWords = {
  image: (stack: string, image: string) => [
    ...["config", "set", "--plaintext", "chatwoot:image", image],
    ...["--stack", stack, "--non-interactive"],
  ],
  /** Older code than the schema is refused otherwise. */
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

/** Deploys. Returns how it ended where it did not end well. */
export async function deploy(stack: string): Promise<string | undefined> {
  const failure = await changeStack(pulumiWords.up(stack));
  return failure?.isMissing ? `pulumi ${failure.finding}` : failure?.finding;
}
