import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { endEarlierRun } from "../earlier-run.ts";
import { Flyctl, type RunResult } from "../flyctl.ts";
import { probeHealth } from "../health-probe.ts";
import { waitUntilHealthy } from "../health-wait.ts";
import { input, optionalInput, secretsInput, wholeInput } from "../inputs.ts";
import { awaitLeases, deployBesideOthers } from "../leases.ts";
import { machineTable, whatServes } from "../machine-report.ts";
import { isIdle, isPreparing, listMachines, serving, type Machine } from "../machines.ts";
import { closeWindow, openWindow } from "../maintenance-window.ts";
import { failedPreparation } from "../preparation-verdict.ts";
import { awaitEarlierPreparation } from "../preparation-wait.ts";
import { markVariable, releaseMark } from "../release-mark.ts";
import { StepProblem } from "../../../lib/problem.ts";
import type { Run } from "../run.ts";
import { digestsOf, secretDigests } from "../secret-digests.ts";
import { stagedMark } from "../staged-names.ts";
import type { Step } from "./step.ts";

const releaseLine = z.object({ version: z.number(), image_ref: z.string() });

export const deployment: Step = {
  async converge(run) {
    const app = input("APP");
    const releaseMinutes = wholeInput("RELEASE_TIMEOUT_MINUTES");
    const waitMinutes = wholeInput("WAIT_TIMEOUT_MINUTES");
    const machineConfig = input("MACHINE_CONFIG");
    const secrets = await secretsInput();
    // Used only to redact the output of a failing release.
    const fly = new Flyctl(run, app, Object.values(secrets));
    const folder = await mkdtemp(join(tmpdir(), "fly-"));
    try {
      const config = join(folder, "fly.toml");
      await writeFile(config, machineConfig);
      run.evidence?.file(`fly-${app}.toml`, machineConfig);
      await fly.preflightBeside(() => fly.run(["config", "validate", "--app", app, "--config", config, "--strict"]));
      await endEarlierRun(app, (line) => fly.show(line));
      const before = serving(await awaitEarlierPreparation(fly, app, releaseMinutes));
      await awaitLeases(fly, app, idsOf(before));
      const stored = await secretDigests(fly, app);
      // The step that staged these names has ended, so the state has them.
      const marks = optionalInput("CHOSEN_NAMES")
        .split(/\s+/)
        .map(stagedMark)
        .filter((mark) => mark in stored);
      if (marks.length > 0) await fly.run(["secrets", "unset", ...marks, "--app", app, "--stage"]);
      // Without this, a machine starts without the secrets of the last import.
      await fly.run(["secrets", "sync", "--app", app]);
      const content = {
        machineConfig,
        secretsFingerprint: input("SECRETS_FINGERPRINT"),
        stored: digestsOf(Object.keys(secrets), stored),
        restartsWith: optionalInput("RESTARTS_WITH"),
      };
      const release = await deploy(run, fly, {
        app,
        config,
        machineConfig,
        mark: releaseMark(content, { release: optionalInput("REPAIR"), secrets: optionalInput("STAGED_REPAIR") }),
        releaseMinutes,
        waitMinutes,
        before,
        // A first deployment has nothing to stop.
        stops: optionalInput("MAINTENANCE") !== "" && before.length > 0,
      });
      const machines = await waitUntilHealthy(fly, app, waitMinutes);
      run.evidence?.fact("release", release);
      run.evidence?.fact("machines", machines);
      await noteChecks(run, fly, app);
      await checkHealth(run, fly, app, optionalInput("ORIGIN"));
      return { release: release?.version, image: release?.image_ref };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

const idsOf = (machines: readonly Machine[]): string[] => machines.map(({ id }) => id);

interface Deploy {
  app: string;
  /** Path of fly.toml. */
  config: string;
  machineConfig: string;
  /** Shows the next run what the machines run. */
  mark: string;
  releaseMinutes: number;
  waitMinutes: number;
  /** The serving machines before the deployment. */
  before: Machine[];
  /** Whether they are stopped during the deployment. */
  stops: boolean;
}

/** Runs `flyctl deploy` and starts stopped machines again. A failure lists the machines and their versions. */
async function deploy(run: Run, fly: Flyctl, wanted: Deploy) {
  const { app, config, machineConfig, mark, releaseMinutes, waitMinutes, before, stops } = wanted;
  const limits = ["--wait-timeout", `${waitMinutes}m`, "--release-command-timeout", `${releaseMinutes}m`];
  const args = ["deploy", "--app", app, "--config", config, "--ha=false", "--yes", "--dns-checks=false", ...limits];
  args.push("--env", `${markVariable}=${mark}`);
  const options = {
    // flyctl can wait without a limit in a single call; this limits all of them together, one machine at a time.
    timeoutSeconds: (releaseMinutes + (before.length + 4) * waitMinutes) * 60,
    env: { FLY_EMIT_RELEASE_JSON: "1" },
    showProgress: true,
    outlivesUs: true,
  };
  let result: RunResult;
  try {
    if (stops) await openWindow(fly, app);
    result = await deployBesideOthers(fly, app, idsOf(before), { args, options });
    if (!result.ok) throw fly.problem(args, result, options, remedyFor(result));
    const unprepared = await failedPreparation(fly, app, machineConfig, result);
    if (unprepared !== undefined) throw wentOnUnprepared(unprepared, remedyFor(result));
    if (stops || before.some(isIdle)) await closeWindow(fly, app);
  } catch (error) {
    throw await run.stop.cleaningUp(() => explainFailure(run, fly, app, before, error));
  }
  const line = result.stdout.split("\n").findLast((text) => text.startsWith('{"id"'));
  return line === undefined ? undefined : releaseLine.parse(JSON.parse(line));
}

function wentOnUnprepared(reason: string, remedy?: string): StepProblem {
  return new StepProblem(
    "flyctl deploy",
    `exited with 0, but ${reason}: the database is not prepared for the new release`,
    remedy ?? "Fix the cause and run `pulumi up` again, which prepares first",
  );
}

/** Exit code 137 means that the kernel killed the process for lack of memory. */
function remedyFor({ stdout, stderr }: RunResult): string | undefined {
  return /release_command failed .*exit code 137/.test(`${stdout}${stderr}`)
    ? "The preparation was most likely killed for lack of memory: raise fly.releaseMemoryMb and run `pulumi up` again"
    : undefined;
}

async function explainFailure(
  run: Run,
  fly: Flyctl,
  app: string,
  before: readonly Machine[],
  error: unknown,
): Promise<StepProblem> {
  const what = error instanceof StepProblem ? error.finding.trim() : String(error);
  const again = error instanceof StepProblem ? error.fix : "Fix the problem above and run `pulumi up` again";
  try {
    await closeWindow(fly, app);
    const all = await listMachines(fly, app);
    const machines = serving(all);
    run.evidence?.fact("machines", machines);
    await noteChecks(run, fly, app);
    const preparing = all.find(isPreparing);
    const goesOn = preparing
      ? `The preparation continues on machine ${preparing.id}, and the next deployment waits for it, at most fly.releaseTimeoutMinutes.\n`
      : "";
    return new StepProblem(
      "deployment",
      `${what}. ${whatServes(machines, before)}:\n${machineTable(machines)}\n${goesOn}`,
      again,
    );
  } catch (error) {
    return new StepProblem(
      "deployment",
      `${what}, and the machines could not be listed: ${(error as Error).message}`,
      again,
    );
  }
}

/** Records the results of Fly's own checks. */
async function noteChecks(run: Run, fly: Flyctl, app: string): Promise<void> {
  const { ok, stdout } = await fly.attempt(["checks", "list", "--app", app, "--json"]);
  if (ok) run.evidence?.fact("checks", JSON.parse(stdout));
}

/** Fly's own checks cover only Rails; this one covers the database and Redis too. */
async function checkHealth(run: Run, fly: Flyctl, app: string, origin: string): Promise<void> {
  if (origin === "") return;
  const health = await probeHealth(origin);
  run.evidence?.fact("health", health);
  if (health.verdict === "unreachable") fly.show(`Health: not reached from here (${health.reason})`);
  else if (health.verdict === "ready") fly.show(`Health: ${origin} is ready, database and Redis too`);
  else {
    throw new StepProblem(
      `app ${app}`,
      `was deployed, but is not ready: ${health.reason}`,
      `Look at \`flyctl logs --app ${app} --no-tail\`, check databaseUrl and Redis, and run \`pulumi up\` again`,
    );
  }
}
