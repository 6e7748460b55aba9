import * as pulumi from "@pulumi/pulumi";
import type { SupportConfig } from "../../config/schema/support.ts";
import { secretsFingerprint, sha256 } from "../../lib/fingerprint.ts";
import { scheduledProgram } from "../chatwoot/pipeline-schedule/bundle.ts";
import { scheduledSettings } from "../chatwoot/pipeline-schedule/environment.ts";
import { flyPeriod, scheduledRuns } from "../chatwoot/pipeline-schedule/runs.ts";
import { versions } from "../../config/versions.ts";
import { pipelineApp } from "./app-names.ts";
import { App } from "./app.ts";
import { Secrets } from "./secrets.ts";
import { driverStep } from "../driver/resource.ts";

/** What Node and a few questions need. */
const memoryMb = 256;

export interface PipelineScheduleArgs {
  /** Name of Chatwoot's app; the machines get an app of their own, with `-pipeline` behind that name. */
  app: string;
  organization: string;
  region: string;
  support: Pick<SupportConfig, "schedules" | "targets">;
  /** Address of the facts. */
  databaseUrl: pulumi.Output<string>;
  /** Keys the fingerprint of the secrets. */
  fingerprintKey: pulumi.Output<string>;
}

/**
 * Looks at the support pipeline by machines that Fly starts once in each period, one for the check and one for the
 * report. Each also runs when it is made or changed, so that a wrong one shows early. What they find is in their logs, and
 * in the exit code of the machine. Nothing of it changes the facts.
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
      { app, secrets, retired: Object.keys(settings) },
      { parent: this, dependsOn: host },
    );
    const fingerprint = pulumi.unsecret(
      pulumi.all([fingerprintKey, pulumi.all(secrets)]).apply(([key, values]) => secretsFingerprint(key, values)),
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
            IMAGE: versions.nodeImage,
            REGION: region,
            MEMORY_MB: String(memoryMb),
            SCHEDULE: flyPeriod(run.schedule) ?? "",
            ARGS: run.args.join(" "),
            SETTINGS: JSON.stringify(settings),
            PROGRAM_SHA256: sha256(scheduledProgram()),
            SECRETS_FINGERPRINT: fingerprint,
          },
          identity: ["APP", "NAME"],
        },
        // One after the other: both are machines of one app.
        { parent: this, dependsOn: before },
      );
    }
    this.registerOutputs();
  }
}
