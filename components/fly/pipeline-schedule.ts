import * as pulumi from "@pulumi/pulumi";
import type { SupportConfig } from "../../config/schema/support.ts";
import { sha256 } from "../../lib/fingerprint.ts";
import { scheduledProgram } from "../chatwoot/pipeline-schedule/bundle.ts";
import { scheduledSettings } from "../chatwoot/pipeline-schedule/environment.ts";
import { flyPeriod, scheduledRuns } from "../chatwoot/pipeline-schedule/runs.ts";
import { pipelineApp } from "./app-names.ts";
import { App } from "./app.ts";
import { Secrets } from "./secrets.ts";
import { driverStep } from "../driver/resource.ts";

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
    const { organization, region, support, fingerprintKey } = args;
    const settings = scheduledSettings(pulumi.getStack(), support.targets);
    const secrets = { DATABASE_URL: args.databaseUrl };
    const host = new App(name, { app, organization, holdsData: false }, { parent: this });
    const staged = new Secrets(
      `${name}-secrets`,
      { app, secrets, retired: Object.keys(settings), fingerprintKey },
      { parent: this, dependsOn: host },
    );
    let before: pulumi.Resource = staged;
    for (const run of scheduledRuns(support.schedules)) {
      before = driverStep(
        `${name}-${run.name}`,
        "pipeline",
        {
          inputs: {
            APP: app,
            NAME: run.name,
            IMAGE: args.image,
            REGION: region,
            MEMORY_MB: String(memoryMb),
            SCHEDULE: flyPeriod(run.schedule) ?? "",
            ARGS: run.args.join(" "),
            SETTINGS: JSON.stringify(settings),
            PROGRAM_SHA256: sha256(scheduledProgram()),
            SECRETS_FINGERPRINT: staged.fingerprint,
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
