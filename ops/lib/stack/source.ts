import { readFile } from "node:fs/promises";
import { StepProblem } from "../../../lib/problem.ts";
import { passwordsIn, redact } from "../../../lib/redact.ts";
import { runPulumi } from "../pulumi/run-pulumi.ts";
import { parseStack, type Stack, type StackResource } from "./deployment.ts";

const limitSeconds = 60;

/** As `loadStack`, the resources alone. */
export async function loadResources(stack: string): Promise<StackResource[]> {
  return (await loadStack(stack)).resources;
}

/** Reads the state from the file `CHATWOOT_STATE_FILE` if set, otherwise from Pulumi. Secrets stay encrypted. */
export async function loadStack(stack: string): Promise<Stack> {
  const file = process.env["CHATWOOT_STATE_FILE"];
  const text = file
    ? await stateFileText(file, stack)
    : await askPulumi(["stack", "export", "--stack", stack, "--non-interactive"]);
  const found = parseStack(text, file || `pulumi stack export --stack ${stack}`);
  if (found.resources.length > 0) return found;
  throw new StepProblem(`stack ${stack}`, "has no resources", `Run \`pulumi up --stack ${stack}\``);
}

export async function stateFileText(file: string, stack: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch {
    throw new StepProblem(
      "CHATWOOT_STATE_FILE",
      `the file ${file} does not exist`,
      `Deploy stack ${stack} first, or run \`unset CHATWOOT_STATE_FILE\` to read the stack from Pulumi`,
    );
  }
}

/** Returns the output of a `pulumi` command. Errors contain no secrets. */
export async function askPulumi(args: readonly string[]): Promise<string> {
  const { stdout, stderr, failure } = await runPulumi(args, { limitSeconds });
  if (failure === undefined) return stdout;
  if (failure.isMissing) {
    throw new StepProblem(
      "pulumi",
      failure.finding,
      "Install it from https://www.pulumi.com/docs/install/, or set CHATWOOT_STATE_FILE to a deployment export",
    );
  }
  const said = redact(stderr, passwordsIn(stderr)).trim();
  throw new StepProblem(
    `pulumi ${args.filter((arg) => arg !== "--non-interactive").join(" ")}`,
    failure.isTimeout ? failure.finding : `failed:\n${said}\n`,
    "Run `pulumi whoami` (and `pulumi login` if it fails), then `pulumi stack ls`",
  );
}
