/* Operators' commands after a deployment: `npm run ops -- COMMAND --stack STACK`. */
import { Command } from "commander";
import { StepProblem } from "../lib/problem.ts";
import { commands } from "./commands/commands.ts";
import { exitCodes } from "./lib/exit-codes.ts";

const program = new Command("ops")
  .description("Inspect and operate a deployed stack. Commands change nothing unless their help says so.")
  .showHelpAfterError("Run `npm run ops -- --help` to list the commands.")
  .addHelpText(
    "after",
    [
      "",
      "Environment:",
      "  CHATWOOT_STATE_FILE     deployment export to read instead of `pulumi stack export`",
      "  CHATWOOT_ARTIFACTS_DIR  directory for saved files (default: artifacts)",
      "  FLY_API_TOKEN           token of the Fly organization, for stacks on Fly",
    ].join("\n"),
  );
for (const add of commands) add(program);

try {
  await program.parseAsync();
} catch (error) {
  console.error(error instanceof StepProblem ? error.message : error);
  process.exitCode = exitCodes.failed;
}
