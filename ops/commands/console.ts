import type { Command } from "commander";
import { execa } from "execa";
import { StepProblem } from "../../lib/problem.ts";
import { exitCodes } from "../lib/exit-codes.ts";
import { placeOf } from "../lib/stack/place.ts";
import { loadResources } from "../lib/stack/source.ts";
import { consoleEnvironment, consoleWords, shellLine } from "../troubleshoot/console.ts";

interface Options {
  stack: string;
  sandbox: boolean;
  print: boolean;
  json: boolean;
}

export function addConsole(program: Command): void {
  program
    .command("console")
    .description("open a Rails console on a web machine or pod; it can change everything")
    .requiredOption("--stack <name>", "name of the stack")
    .option("--sandbox", "roll back the console's changes to the database on exit", false)
    .option("--print", "only print the command", false)
    .option("--json", "only print the command, as JSON", false)
    .addHelpText("after", "\nPrints the command first. Leave the console with `exit`.")
    .action(openConsole);
}

async function openConsole({ stack, sandbox, print, json }: Options): Promise<void> {
  const repeat = `npm run ops -- console --stack ${stack}`;
  const words = await consoleWords(placeOf(stack, await loadResources(stack)), { repeat, isSandbox: sandbox });
  const line = shellLine(words);
  if (json) return console.log(JSON.stringify({ stack, command: words }));
  if (print) return console.log(line);
  console.error(line);
  if (!process.stdin.isTTY || !process.stdout.isTTY)
    throw new StepProblem("console", "needs an interactive terminal", `Run it in a terminal: \`${repeat}\``);
  const [program = "", ...args] = words;
  // No time limit: the console is interactive, and Ctrl-C belongs to it.
  const ignore = (): void => undefined;
  process.on("SIGINT", ignore);
  const env = consoleEnvironment(program, process.env);
  const { exitCode, code } = await execa(program, args, { stdio: "inherit", reject: false, env, extendEnv: false });
  process.off("SIGINT", ignore);
  if (code === "ENOENT") throw new StepProblem(program, "is not installed", `Install it and run \`${repeat}\` again`);
  process.exitCode = exitCode === 0 ? exitCodes.ok : exitCodes.failed;
}
