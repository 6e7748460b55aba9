import type { Command } from "commander";
import { execa } from "execa";
import { StepProblem } from "../../lib/problem.ts";
import { exitCodes } from "../lib/exit-codes.ts";
import { placeOf } from "../lib/stack/place.ts";
import { loadResources } from "../lib/stack/source.ts";
import { consoleWords, shellLine } from "../troubleshoot/console.ts";

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
    .requiredOption("--stack <name>", "the stack")
    .option("--sandbox", "the console undoes its changes of the database when it ends", false)
    .option("--print", "only print the command", false)
    .option("--json", "only print the command's words, for machines", false)
    .addHelpText("after", "\nPrints the command first. It lasts until you leave it: `exit`.")
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
    throw new StepProblem("console", "needs a terminal, and this is none", `Type it at one: \`${repeat}\``);
  const [program = "", ...args] = words;
  // No time limit: a person sits at it. Ctrl-C is for the console, not for us.
  const ignore = (): void => undefined;
  process.on("SIGINT", ignore);
  const { exitCode, code } = await execa(program, args, { stdio: "inherit", reject: false });
  process.off("SIGINT", ignore);
  if (code === "ENOENT") throw new StepProblem(program, "is not installed", `Install it and run \`${repeat}\` again`);
  process.exitCode = exitCode === 0 ? exitCodes.fine : exitCodes.failed;
}
