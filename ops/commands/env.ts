import { writeFileSync } from "node:fs";
import { InvalidArgumentError, Option, type Command } from "commander";
import { suffixOf } from "../../components/support/handover-names.ts";
import { StepProblem } from "../../lib/problem.ts";
import { format, formats, variablesOf, type Format, type Variable } from "../env/variables.ts";
import { ChatwootClient } from "../lib/chatwoot/client.ts";
import { loadOutputs, type OpenOutputs } from "../lib/stack/outputs.ts";

interface Options {
  stack: string;
  format: Format;
  only?: string[];
  suffix?: string | true;
  file?: string;
  showSecrets: boolean;
}

const timeoutSeconds = 10;

export function addEnv(program: Command): void {
  program
    .command("env")
    .description("print what consumers of Chatwoot need, by the names of environment variables")
    .requiredOption("--stack <name>", "name of the stack")
    .addOption(new Option("--format <format>", "form of the output").choices(formats).default("dotenv"))
    .option("--only <names>", "names, separated by commas, for instance REDIS_URL", list)
    .option("--suffix [text]", "add a suffix to each name (default: the stack's, as in CHATWOOT_TOKEN_STAGING)")
    .option("--file <path>", "write a new file that only you can read")
    .option("--show-secrets", "print secrets in a terminal too", false)
    .addHelpText(
      "after",
      [
        "",
        "github: lines for $GITHUB_ENV; in a workflow, values are masked first.",
        "A terminal shows secrets as [secret]; a pipe and --file get them.",
        "CHATWOOT_ACCOUNT_ID is asked of Chatwoot where the stack hands nothing over.",
      ].join("\n"),
    )
    .action(env);
}

function list(text: string): string[] {
  const names = text.split(",").map((name) => name.trim());
  if (names.every((name) => /^[A-Z][A-Z0-9_]*$/.test(name))) return names;
  throw new InvalidArgumentError("Use names such as REDIS_URL,POSTGRES_HOST.");
}

async function env({ stack, format: as, only, suffix, file, showSecrets }: Options): Promise<void> {
  const outputs = await loadOutputs(stack);
  const isWanted = (name: string): boolean => only === undefined || only.includes(name);
  const accountId = isWanted("CHATWOOT_ACCOUNT_ID") ? await accountIdOf(outputs) : undefined;
  const all = variablesOf(outputs, accountId);
  const unknown = only?.filter((name) => !all.some((variable) => variable.name === name)) ?? [];
  if (unknown.length > 0)
    throw new StepProblem(
      `--only ${unknown.join(",")}`,
      `stack ${stack} has no such value`,
      `Use ${all.map(({ name }) => name).join(", ")}`,
    );
  const end = suffix === undefined ? "" : `_${suffix === true ? suffixOf(stack) : suffix}`;
  const chosen = all.filter(({ name }) => isWanted(name)).map((each) => ({ ...each, name: each.name + end }));
  if (file !== undefined) return save(file, `${format(chosen, as)}\n`);
  if (as === "github" && process.env["GITHUB_ACTIONS"]) mask(chosen);
  const isShown = showSecrets || !process.stdout.isTTY;
  console.log(format(isShown ? chosen : chosen.map(hidden), as));
}

const hidden = (variable: Variable): Variable => (variable.isSecret ? { ...variable, value: "[secret]" } : variable);

/** Undefined if Chatwoot does not answer. */
async function accountIdOf({ accountId, account, url, apiToken }: OpenOutputs): Promise<number | undefined> {
  if (typeof accountId === "number") return accountId;
  try {
    const { accounts } = await new ChatwootClient({ baseUrl: url, apiToken, timeoutSeconds }).profile();
    const found = accounts.find(({ name }) => name === account);
    if (found === undefined) throw new Error(`The token has no account ${JSON.stringify(account)}.`);
    return found.id;
  } catch (error) {
    console.error(`CHATWOOT_ACCOUNT_ID: left out, because Chatwoot did not tell it. ${(error as Error).message}`);
    return undefined;
  }
}

/** A runner reads these from both streams; the values may go to a file. */
function mask(variables: readonly Variable[]): void {
  for (const { value, isSecret } of variables)
    if (isSecret) for (const line of value.split("\n")) console.error(`::add-mask::${line}`);
}

function save(file: string, text: string): void {
  try {
    writeFileSync(file, text, { mode: 0o600, flag: "wx" });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    throw new StepProblem(`--file ${file}`, "exists, and is not overwritten", "Delete it, or choose another name");
  }
  console.error(`Wrote ${file}, which only you can read.`);
}
