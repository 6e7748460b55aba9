import { readFile } from "node:fs/promises";
import { StepProblem } from "../../../lib/problem.ts";
import { passwordsIn, redact } from "../../../lib/redact.ts";
import { runPulumi } from "../pulumi/run-pulumi.ts";
import { parseDeployment, type StackResource } from "./deployment.ts";

const limitSeconds = 60;

/** The stack's resources: from the file that `CHATWOOT_STATE_FILE` names, else from Pulumi. Secrets stay sealed. */
export async function loadResources(stack: string): Promise<StackResource[]> {
  const file = process.env["CHATWOOT_STATE_FILE"];
  const text = file
    ? await stateFileText(file, stack)
    : await askPulumi(["stack", "export", "--stack", stack, "--non-interactive"]);
  const resources = parseDeployment(text, file || `pulumi stack export --stack ${stack}`);
  if (resources.length > 0) return resources;
  throw new StepProblem(`stack ${stack}`, "has no resources", `Deploy it first: \`pulumi up --stack ${stack}\``);
}

/** The text of a deployment export that a person has named. */
export async function stateFileText(file: string, stack: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch {
    throw new StepProblem(
      "CHATWOOT_STATE_FILE",
      `there is no file ${file}`,
      `Deploy the stack first, or unset the variable to ask Pulumi: \`unset CHATWOOT_STATE_FILE\`, then the same command for ${stack}`,
    );
  }
}

/** What a `pulumi` command prints; without its secrets in an error. */
export async function askPulumi(args: readonly string[]): Promise<string> {
  const { stdout, stderr, failure } = await runPulumi(args, { limitSeconds });
  if (failure === undefined) return stdout;
  if (failure.isMissing) {
    throw new StepProblem(
      "pulumi",
      failure.finding,
      "Install it from https://www.pulumi.com/docs/install/, or name a deployment export by CHATWOOT_STATE_FILE",
    );
  }
  const said = redact(stderr, passwordsIn(stderr)).trim();
  throw new StepProblem(
    `pulumi ${args.filter((arg) => arg !== "--non-interactive").join(" ")}`,
    failure.isTimeout ? failure.finding : `failed:\n${said}\n`,
    "Check `pulumi whoami` (`pulumi login` if it fails) and `pulumi stack ls`",
  );
}
