/*
 * Writes an HTML report of a Pulumi run from its log of engine events:
 * `PULUMI_DEBUG_COMMANDS=true pulumi up --event-log events.jsonl`, then `node main.ts events.jsonl --out report.html`.
 */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { Command } from "commander";
import { parseEventLog } from "./input/event-log.ts";
import { parseState } from "./input/state.ts";
import { writeReport } from "./write.ts";

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === "ENOENT";
    const why = missing ? "no such file" : (error as Error).message;
    throw new Error(`${file}: ${why}. Run with --help for the arguments.`, { cause: error });
  }
}

async function run(events: string, { out, state }: { out: string; state?: string }): Promise<void> {
  const resources = state === undefined ? [] : parseState(read(state), state);
  await writeReport({ ...parseEventLog(read(events), events), engine: "Pulumi", resources }, out);
  console.log(resolve(out));
}

const program = new Command("report")
  .description("Write an HTML report of a Pulumi run: changes, timeline, critical path and dependencies.")
  .argument("<events>", "event log of `pulumi up --event-log FILE`, written with PULUMI_DEBUG_COMMANDS=true")
  .requiredOption("--out <file>", "HTML file to write")
  .option("--state <file>", "output of `pulumi stack export`, for the dependencies; for a destroy, from before it")
  .action(run);

try {
  await program.parseAsync();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}
