/*
 * What CronJobs and scheduled machines run: `check MINUTES` and `report`, as `npm run ops -- pipeline` does them. It is
 * made into one file (components/chatwoot/pipeline-schedule/bundle.ts), so it takes in nothing that is large. The database stands in
 * DATABASE_URL, the rest in CHATWOOT_PIPELINE, which the deployment has checked. Everything goes to standard output; the
 * last line tells how it ended. 0: all is well. 2: the pipeline needs attention. 1: it could not be read.
 */
import { StepProblem } from "../../lib/problem.ts";
import { describedVariable, type DescribedPipeline } from "../../components/chatwoot/pipeline-schedule/environment.ts";
import { exitCodes } from "../lib/exit-codes.ts";
import { runCheck } from "./check.ts";
import { openFacts, type Facts } from "./facts.ts";
import { runReport } from "./report.ts";

async function main(): Promise<void> {
  const [run = "", minutes] = process.argv.slice(2);
  const { name, stack, targets } = JSON.parse(variable(describedVariable)) as DescribedPipeline;
  const flags = stack === undefined ? "" : ` --stack ${stack}`;
  const facts: Facts = { name, url: variable("DATABASE_URL"), targets, flags };
  const well = await openFacts(facts, `pipeline ${run}`, async (client) => {
    if (run === "report") {
      const { text, met } = await runReport(client, facts);
      console.log(text);
      return met;
    }
    if (run !== "check") throw new StepProblem("pipeline", `knows no ${run}`, "Run check or report");
    // Nothing comes at night, which is no reason to wake anybody.
    const options = { minutes: Number(minutes), allowQuiet: true, stack };
    const { text, well } = await runCheck(client, facts, options);
    console.log(text);
    return well;
  });
  console.log(`pipeline ${run}: ${well ? "well" : "needs attention"}`);
  process.exitCode = well ? exitCodes.fine : exitCodes.attention;
}

function variable(name: string): string {
  const value = process.env[name];
  if (value) return value;
  throw new StepProblem(name, "is not set", "Run `pulumi up` again");
}

main().catch((error: unknown) => {
  console.error(`pipeline: failed: ${error instanceof StepProblem ? error.message : String(error)}`);
  process.exitCode = exitCodes.failed;
});
