/*
 * What people run after a deploy: `npm run ops -- COMMAND --stack STACK`. `npm run ops -- --help` lists the commands.
 */
import { Command } from "commander";
import { StepProblem } from "../lib/problem.ts";
import { commands } from "./commands/commands.ts";
import { exitCodes } from "./lib/exit-codes.ts";

const program = new Command("ops")
  .description("Questions and work for a stack that is deployed. Nothing is changed unless a command says so.")
  .showHelpAfterError("Run `npm run ops -- --help` for the commands.")
  .addHelpText(
    "after",
    [
      "",
      "Environment:",
      "  CHATWOOT_STATE_FILE     a deployment export to read instead of asking `pulumi stack export`",
      "  CHATWOOT_ARTIFACTS_DIR  where commands put what they save (default: artifacts)",
      "  FLY_API_TOKEN           token of the organization, for stacks on Fly",
    ].join("\n"),
  );
for (const add of commands) add(program);

try {
  await program.parseAsync();
} catch (error) {
  console.error(error instanceof StepProblem ? error.message : error);
  process.exitCode = exitCodes.failed;
}
