import * as pulumi from "@pulumi/pulumi";
import { flyStep } from "./step.ts";

export interface DeploymentArgs {
  app: string;
  /** The app's fly.toml, with the image in it. */
  machineConfig: string;
  /** Changes when any secret does, so that the machines get the new ones. */
  secretsFingerprint: pulumi.Input<string>;
  /** How long the preparation step may take. */
  releaseTimeoutMinutes: number;
  /** How long one machine may take to become healthy. */
  waitTimeoutMinutes: number;
  /** Machines by process group. */
  counts: { web: number; worker: number };
}

/**
 * A release: the preparation step on a machine of its own, then web and worker, one machine after the other. A failing
 * preparation step leaves every machine as it was, and the next `pulumi up` tries again. Then the counts, which fly.toml
 * cannot hold.
 */
export class Deployment extends pulumi.ComponentResource {
  constructor(name: string, args: DeploymentArgs, opts?: pulumi.ComponentResourceOptions) {
    super("chatwoot:fly:Deployment", name, {}, opts);
    const release = flyStep(
      `${name}-release`,
      "deployment",
      {
        inputs: {
          APP: args.app,
          MACHINE_CONFIG: args.machineConfig,
          SECRETS_FINGERPRINT: args.secretsFingerprint,
          RELEASE_TIMEOUT_MINUTES: String(args.releaseTimeoutMinutes),
          WAIT_TIMEOUT_MINUTES: String(args.waitTimeoutMinutes),
        },
        identity: ["APP"],
      },
      { parent: this },
    );
    const counts = Object.entries(args.counts).map(([group, count]) => `${group}=${count}`);
    flyStep(
      `${name}-scale`,
      "scale",
      { inputs: { APP: args.app, COUNTS: counts.join(" ") }, identity: ["APP"] },
      { parent: this, dependsOn: release },
    );
    this.registerOutputs();
  }
}
