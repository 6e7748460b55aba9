import { StepProblem } from "../../lib/problem.ts";
import type { SecretName } from "../../config/secrets.ts";
import { runPulumi } from "../lib/pulumi/run-pulumi.ts";

const limitSeconds = 120;

/** Creates the stack, unless it exists. */
export async function createStack(stack: string): Promise<void> {
  const { stderr, failure } = await runPulumi(["stack", "init", stack, "--no-select", "--non-interactive"], {
    limitSeconds,
  });
  if (failure === undefined || /already exists/.test(stderr)) return;
  const words = failure.isMissing
    ? "Install it: https://www.pulumi.com/docs/install/"
    : "Run `pulumi login`, set PULUMI_CONFIG_PASSPHRASE if your secrets need one, and repeat the command";
  throw new StepProblem("pulumi", `${failure.finding}${lastLine(stderr)}`, words);
}

/** Encrypts a value into the stack file. The value passes through standard input alone. */
export async function storeSecret(stack: string, name: SecretName, value: string): Promise<void> {
  const words = ["config", "set", "--secret", `chatwoot:${name}`, "--stack", stack, "--non-interactive"];
  const { stderr, failure } = await runPulumi(words, { limitSeconds, input: value });
  if (failure === undefined) return;
  throw new StepProblem(
    `chatwoot:${name}`,
    `could not be stored: pulumi ${failure.finding}${lastLine(stderr.replaceAll(value, "[secret]"))}`,
    "Correct that, and repeat the command: what is already set stays",
  );
}

function lastLine(text: string): string {
  const line =
    text
      .trim()
      .split("\n")
      .at(-1)
      ?.replace(/^error: /, "")
      .replace(/\.$/, "") ?? "";
  return line === "" ? "" : `: ${line}`;
}
