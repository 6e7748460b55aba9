import * as pulumi from "@pulumi/pulumi";
import { driverStep } from "../driver/resource.ts";

export interface FlyHandoverArgs {
  /** The consumer's app, which exists already and is nobody's of this stack. */
  app: string;
  /** `deployed` restarts its machines with the new values; `staged` leaves that to its next deployment. */
  mode: "staged" | "deployed";
  secrets: Record<string, pulumi.Output<string>>;
}

/**
 * Secrets of somebody else's app. Only names that were set here are unset: one that is not handed over any more at the
 * next run, all of them when this is removed.
 */
export class FlyHandover extends pulumi.ComponentResource {
  constructor(name: string, args: FlyHandoverArgs, opts?: pulumi.ComponentResourceOptions) {
    super("chatwoot:fly:Handover", name, {}, opts);
    driverStep(
      `${name}-secrets`,
      "handover",
      {
        inputs: {
          APP: args.app,
          MODE: args.mode,
          SECRET_NAMES: Object.keys(args.secrets).sort().join("\n"),
          RETIRED_NAMES: "",
        },
        identity: ["APP"],
        deletes: true,
        seesLastResult: true,
        secrets: args.secrets,
      },
      { parent: this },
    );
    this.registerOutputs();
  }
}
