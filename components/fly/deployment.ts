import * as pulumi from "@pulumi/pulumi";
import { hasOpenWindow } from "../driver/maintenance-window.ts";
import { driverStep, runStep } from "../driver/resource.ts";

export interface DeploymentArgs {
  app: string;
  /** The app's fly.toml, with the image in it. */
  machineConfig: string;
  /** The app's secrets, so that none of them is shown when a release that fails quotes it. */
  secrets: Record<string, pulumi.Output<string>>;
  /** Changes when any secret does, so that the machines get the new ones. */
  secretsFingerprint: pulumi.Input<string>;
  /** Changes when the machines must start anew for something beside what they are given. */
  restartsWith?: string | undefined;
  /** Why web and worker stop while the database is migrated; undefined lets them run. */
  maintenance?: string | undefined;
  /** Address that is asked after a release whether Chatwoot works, `https://host`; undefined asks nothing. */
  origin?: string;
  /** How long the preparation step may take. */
  releaseTimeoutMinutes: number;
  /** How long one machine may take to become healthy. */
  waitTimeoutMinutes: number;
  /** Machines by process group. */
  counts: Record<string, number>;
  /** What `npm run ops -- scale` must know; undefined where the app does not scale by its queues. */
  scaling?: Record<string, unknown>;
}

/**
 * A release: the preparation step on a machine of its own, then the process groups, by the strategy that fly.toml names.
 * A failing preparation step leaves every machine as it was, and the next `pulumi up` tries again. Then the counts, which
 * fly.toml cannot hold.
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
          APP: repaired(args.app, releaseMinutes),
          MACHINE_CONFIG: args.machineConfig,
          SECRETS_FINGERPRINT: args.secretsFingerprint,
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
 * The app's name, when no maintenance window is left open on it. A run that is killed in its window leaves machines
 * stopped, and where the next one changes nothing else, no resource would start them.
 */
function repaired(app: string, releaseMinutes: string): pulumi.Input<string> {
  if (pulumi.runtime.isDryRun() || !hasOpenWindow(app)) return app;
  return runStep("window", { APP: app, RELEASE_TIMEOUT_MINUTES: releaseMinutes }).apply(() => app);
}
