/*
 * A strict stand-in for GitHub's `gh` with secrets of environments (https://cli.github.com/manual/gh_secret_set): it
 * rejects an unknown command or flag, a value in `--body` and a missing environment. GH_SANDBOX is the folder of its
 * state.
 */
import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { GithubState } from "./state.ts";

const folder = process.env["GH_SANDBOX"] as string;
const stateFile = join(folder, "state.json");
const argv = process.argv.slice(2);

class GhError extends Error {
  readonly exitCode: number;
  constructor(message: string, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

const state = JSON.parse(readFileSync(stateFile, "utf8")) as GithubState;

function flags(args: string[], names: readonly string[], operands: number) {
  const options = Object.fromEntries(names.map((name) => [name, { type: "string" as const }]));
  const short: Record<string, string> = { env: "e", repo: "R", hostname: "h" };
  for (const [name, option] of Object.entries(options)) if (short[name]) Object.assign(option, { short: short[name] });
  try {
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
    if (positionals.length !== operands)
      throw new GhError(`accepts ${operands} arg(s), received ${positionals.length}`);
    return { values: values as Record<string, string | undefined>, operand: positionals[0] ?? "" };
  } catch (error) {
    if (error instanceof GhError) throw error;
    throw new GhError(`unknown flag: ${(error as Error).message}`);
  }
}

function signedIn(host: string): void {
  if (!process.env["GH_TOKEN"] && !state.hosts.includes(host))
    throw new GhError("To get started with GitHub CLI, please run:  gh auth login", 4);
}

function environmentOf(values: Record<string, string | undefined>): Record<string, string> {
  const [name, owner, host = "github.com"] = (values["repo"] ?? "").split("/").reverse();
  signedIn(host);
  const found = state.repositories[`${owner}/${name}`]?.[values["env"] ?? ""];
  if (found === undefined)
    throw new GhError(
      `failed to fetch public key: HTTP 404: Not Found (https://api.github.com/repos/${owner}/${name}/environments/${values["env"]}/secrets/public-key)`,
    );
  return found;
}

function run(): void {
  const command = argv.slice(0, 2).join(" ");
  const rest = argv.slice(2);
  switch (command) {
    case "auth status": {
      const { values } = flags(rest, ["hostname"], 0);
      const host = values["hostname"] ?? "github.com";
      if (!process.env["GH_TOKEN"] && !state.hosts.includes(host))
        throw new GhError(`You are not logged into any accounts on ${host}`);
      return;
    }
    case "secret list": {
      const { values } = flags(rest, ["env", "repo", "json"], 0);
      if (values["json"] !== "name") throw new GhError(`Unknown JSON field: ${JSON.stringify(values["json"])}`);
      console.log(JSON.stringify(Object.keys(environmentOf(values)).map((name) => ({ name }))));
      return;
    }
    case "secret set": {
      const { values, operand } = flags(rest, ["env", "repo", "body"], 1);
      if (values["body"] !== undefined)
        throw new GhError("a value in an argument is visible to every user of the machine");
      const secrets = environmentOf(values);
      const value = readFileSync(0, "utf8").replace(/[\r\n]+$/, "");
      if (state.failOn === operand)
        throw new GhError(`failed to set secret ${JSON.stringify(operand)}: HTTP 403: ${value}`);
      secrets[operand] = value;
      break;
    }
    case "secret delete": {
      const { values, operand } = flags(rest, ["env", "repo"], 1);
      const secrets = environmentOf(values);
      if (!(operand in secrets)) throw new GhError(`failed to delete secret ${operand}: HTTP 404: Not Found`);
      delete secrets[operand];
      break;
    }
    default:
      throw new GhError(`unknown command ${JSON.stringify(command)} for "gh"`);
  }
  writeFileSync(stateFile, JSON.stringify(state));
}

appendFileSync(join(folder, "calls.jsonl"), `${JSON.stringify(argv)}\n`);
try {
  if (!existsSync(stateFile)) throw new GhError("GH_SANDBOX has no state");
  run();
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = error instanceof GhError ? error.exitCode : 1;
}
