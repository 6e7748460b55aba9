import * as pulumi from "@pulumi/pulumi";
import type { SupportConfig } from "../../config/schema/support.ts";
import { sha256 } from "../../lib/fingerprint.ts";
import { scheduledProgram } from "../chatwoot/pipeline-schedule/bundle.ts";
import { scheduledSettings } from "../chatwoot/pipeline-schedule/environment.ts";
import { flyPeriod, scheduledRuns, type ScheduledRun } from "../chatwoot/pipeline-schedule/runs.ts";
import { pipelineApp } from "./app-names.ts";
import { App } from "./app.ts";
import { Secrets } from "./secrets.ts";
import { pipelineMachine } from "../driver/pipeline-machine.ts";
import { driverStep } from "../driver/resource.ts";
import type { ScheduledRunning } from "../driver/scheduled-machine.ts";

/** Enough for Node and a few queries. */
const memoryMb = 256;

export interface PipelineScheduleArgs {
  /** Name of Chatwoot's app. The machines run in a separate app, whose name adds `-pipeline`. */
  app: string;
  organization: string;
  region: string;
  /** Image of Node.js. */
  image: string;
  support: Pick<SupportConfig, "schedules" | "targets">;
  /** Address of the facts database. */
  databaseUrl: pulumi.Output<string>;
  /** Keys the fingerprint of the secrets. */
  fingerprintKey: pulumi.Output<string>;
  /** What runs of its app before this run; undefined if nothing does. */
  running: ScheduledRunning | undefined;
}

/**
 * Checks the support pipeline on machines that Fly starts once per period, one for the check and one for the report.
 * Each also runs when it is created or changed, so that an error shows early. The results are in the machines' logs and
 * exit codes. The machines do not change the facts.
 */
export class PipelineSchedule extends pulumi.ComponentResource {
  constructor(name: string, args: PipelineScheduleArgs, opts?: pulumi.ComponentResourceOptions) {
    super("chatwoot:fly:PipelineSchedule", name, {}, opts);
    const app = pipelineApp(args.app);
    const { organization, region, support, fingerprintKey, running } = args;
    const settings = scheduledSettings(pulumi.getStack(), support.targets);
    const secrets = { DATABASE_URL: args.databaseUrl };
    const machine = (run: ScheduledRun) => ({
      app,
      name: run.name,
      image: args.image,
      region,
      memoryMb: String(memoryMb),
      schedule: flyPeriod(run.schedule) ?? "",
      args: run.args,
      settings,
      program: scheduledProgram(),
    });
    const runs = scheduledRuns(support.schedules);
    const machines = (secretsFingerprint: string) =>
      Object.fromEntries(
        runs.map((run) => [run.name, pipelineMachine({ ...machine(run), secretsFingerprint }).made.fingerprint]),
      );
    const host = new App(name, { app, organization, holdsData: false }, { parent: this });
    const staged = new Secrets(
      `${name}-secrets`,
      { app, secrets, retired: Object.keys(settings), fingerprintKey, scheduled: { running, region, machines } },
      { parent: this, dependsOn: host },
    );
    let before: pulumi.Resource = staged;
    for (const run of runs) {
      const { image, memoryMb, schedule, args: words, program } = machine(run);
      before = driverStep(
        `${name}-${run.name}`,
        "pipeline",
        {
          inputs: {
            APP: app,
            NAME: run.name,
            IMAGE: image,
            REGION: region,
            MEMORY_MB: memoryMb,
            SCHEDULE: schedule,
            ARGS: words.join(" "),
            SETTINGS: JSON.stringify(settings),
            PROGRAM_SHA256: sha256(program),
            SECRETS_FINGERPRINT: staged.fingerprint,
            REPAIR: staged.releaseRepair,
          },
          identity: ["APP", "NAME"],
        },
        // In sequence, because both are machines of one app.
        { parent: this, dependsOn: before },
      );
    }
    this.registerOutputs();
  }
}
