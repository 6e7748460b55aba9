import type { Command } from "commander";
import picocolors from "picocolors";
import { StepProblem } from "../../lib/problem.ts";
import { exitCodes } from "../lib/exit-codes.ts";
import { failuresAmong } from "../health/check.ts";
import { saveRun } from "../health/evidence.ts";
import { interruptSignal } from "../health/repeat.ts";
import { formatResults, formatVerdict } from "../health/report.ts";
import { compactUtc } from "../logs/save.ts";
import { isUnattended, planRotation, rotatable } from "../rotate/plan.ts";
import { formatPlan } from "../rotate/report.ts";
import { carryOut } from "../rotate/run.ts";
import { loadOutputs } from "../lib/stack/outputs.ts";
import { loadResources } from "../lib/stack/source.ts";

interface Options {
  stack: string;
  yes: boolean;
  json: boolean;
}

export function addRotate(program: Command): void {
  program
    .command("rotate")
    .description("rotate a secret without downtime: prints the steps, and runs them with --yes")
    .argument("<secret>", rotatable.join(", "))
    .requiredOption("--stack <name>", "name of the stack")
    .option("--yes", "run the steps, if none of them is manual", false)
    .option("--json", "print JSON", false)
    .addHelpText(
      "after",
      [
        "",
        "Without --yes nothing is changed. Secret values are never printed.",
        "Exit codes: 0 done and healthy, 2 a health check failed afterwards, 1 failed.",
        "With --yes, each run appends a line to artifacts/ops/chatwoot-rotate-<day>.jsonl.",
      ].join("\n"),
    )
    .action(rotate);
}

async function rotate(secret: string, { stack, yes, json }: Options): Promise<void> {
  const { support, target, url } = await loadOutputs(stack);
  const handedTo = Array.isArray(support?.["handedTo"]) ? support["handedTo"].map(String) : [];
  const plan = planRotation(secret, { stack, target, resources: await loadResources(stack), handedTo });
  if (!yes) {
    console.log(json ? JSON.stringify({ stack, ...plan }, null, 2) : formatPlan(stack, plan));
    return;
  }
  if (!isUnattended(plan))
    throw new StepProblem(
      `rotate ${secret}`,
      "has manual steps, so --yes cannot run it",
      `Follow the steps printed by \`npm run ops -- rotate ${secret} --stack ${stack}\``,
    );
  const at = new Date().toISOString();
  const results = await carryOut(plan, stack, interruptSignal());
  const run = { at, target: `${stack}: rotate ${secret}`, url, ok: failuresAmong(results).length === 0, results };
  await saveRun(`chatwoot-rotate-${compactUtc(new Date(at)).slice(0, 8)}`, run);
  if (json) console.log(JSON.stringify(run));
  else {
    const colour = picocolors.isColorSupported && process.stdout.isTTY === true;
    console.log(formatResults(results, { colour }));
    console.log(formatVerdict(`Rotation of ${secret}`, results));
  }
  process.exitCode = run.ok ? exitCodes.ok : exitCodes.attention;
}
