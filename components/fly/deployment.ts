import * as pulumi from "@pulumi/pulumi";
import { driverStep, runStep } from "../driver/resource.ts";
import { idleMachines, type Running } from "../driver/what-runs.ts";
import type { Secrets } from "./secrets.ts";

export interface DeploymentArgs {
  app: string;
  /** The app's fly.toml, including the image. */
  machineConfig: string;
  /** The app's secrets, redacted when a failed release quotes them. */
  secrets: Record<string, pulumi.Output<string>>;
  /** The staged secrets: when they change, the machines get the new values. */
  staged: Secrets;
  /** Changes when the machines must restart for a reason other than their own settings. */
  restartsWith?: string | undefined;
  /** Why web and worker stop during the migration; undefined if they keep running. */
  maintenance?: string | undefined;
  /** Address for the health check after a release, `https://host`; undefined skips the check. */
  origin?: string;
  /** Time limit of the preparation step. */
  releaseTimeoutMinutes: number;
  /** Time limit for one machine to become healthy. */
  waitTimeoutMinutes: number;
  /** Machines by process group. */
  counts: Record<string, number>;
  /** The data that `npm run ops -- scale` needs; undefined if the app does not scale by its queues. */
  scaling?: Record<string, unknown>;
  /** What runs before this run; undefined if nothing does. */
  running: Running | undefined;
}

/**
 * A release: the preparation step on a separate machine, then the process groups, with the strategy in fly.toml. If the
 * preparation step fails, every machine is unchanged and the next `pulumi up` tries again. The machine counts follow,
 * because fly.toml cannot contain them.
 */
export class Deployment extends pulumi.ComponentResource {
  readonly released: pulumi.Resource;

  constructor(name: string, args: DeploymentArgs, opts?: pulumi.ComponentResourceOptions) {
    super("chatwoot:fly:Deployment", name, {}, opts);
    const releaseMinutes = String(args.releaseTimeoutMinutes);
    const waitTimeoutMinutes = String(args.waitTimeoutMinutes);
    this.released = driverStep(
      `${name}-release`,
      "deployment",
      {
        inputs: {
          APP: withClosedWindow(args, releaseMinutes),
          MACHINE_CONFIG: args.machineConfig,
          SECRETS_FINGERPRINT: args.staged.fingerprint,
          REPAIR: args.staged.releaseRepair,
          STAGED_REPAIR: args.staged.repair,
          ...(args.staged.chosen && { CHOSEN_NAMES: args.staged.chosen }),
          ...(args.restartsWith === undefined ? {} : { RESTARTS_WITH: args.restartsWith }),
          MAINTENANCE: args.maintenance ?? "",
          ORIGIN: args.origin ?? "",
          RELEASE_TIMEOUT_MINUTES: releaseMinutes,
          WAIT_TIMEOUT_MINUTES: waitTimeoutMinutes,
        },
        identity: ["APP"],
        secrets: args.secrets,
      },
      { parent: this },
    );
    const counts = Object.entries(args.counts).map(([group, count]) => `${group}=${count}`);
    driverStep(
      `${name}-scale`,
      "scale",
      {
        inputs: {
          APP: args.app,
          COUNTS: counts.join(" "),
          WAIT_TIMEOUT_MINUTES: waitTimeoutMinutes,
          ...(args.scaling === undefined ? {} : { SCALING: JSON.stringify(args.scaling) }),
        },
        identity: ["APP"],
      },
      { parent: this, dependsOn: this.released },
    );
    this.registerOutputs();
  }
}

/**
 * The app's name, once its maintenance window is closed. A run that was killed in its window leaves machines stopped or
 * cordoned; if this run changes nothing else, no other resource starts them.
 */
function withClosedWindow({ app, running }: DeploymentArgs, releaseMinutes: string): pulumi.Input<string> {
  const idle = idleMachines(running)
    .map(({ id, group }) => `${group} ${id}`)
    .sort();
  if (idle.length === 0) return app;
  if (!pulumi.runtime.isDryRun())
    return runStep("window", { APP: app, RELEASE_TIMEOUT_MINUTES: releaseMinutes }).apply(() => app);
  void pulumi.log.warn(`app ${app}: ${idle.join(", ")} stopped or cordoned. \`pulumi up\` starts and uncordons them.`);
  return app;
}
