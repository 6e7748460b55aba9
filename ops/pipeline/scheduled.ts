/*
 * Entry point of CronJobs and scheduled machines: `check MINUTES` and `report`. It is bundled into one file
 * (components/chatwoot/pipeline-schedule/bundle.ts), so it must not import large modules. Reads DATABASE_URL and
 * CHATWOOT_PIPELINE. Prints to stdout; the last line is the result. Exit codes: 0 healthy, 2 a target is missed, 1 failed.
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
  const healthy = await openFacts(facts, `pipeline ${run}`, async (client) => {
    if (run === "report") {
      const { text, met } = await runReport(client, facts);
      console.log(text);
      return met;
    }
    if (run !== "check")
      throw new StepProblem("pipeline", `unknown command ${JSON.stringify(run)}`, "Use check or report");
    // Few deliveries are normal at night and must not alert.
    const options = { minutes: Number(minutes), allowQuiet: true, stack };
    const { text, healthy: passed } = await runCheck(client, facts, options);
    console.log(text);
    return passed;
  });
  console.log(`pipeline ${run}: ${healthy ? "ok" : "needs attention"}`);
  process.exitCode = healthy ? exitCodes.ok : exitCodes.attention;
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
