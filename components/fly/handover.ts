import * as pulumi from "@pulumi/pulumi";
import { driverStep } from "../driver/resource.ts";

export interface FlyHandoverArgs {
  /** The consumer's app. It must exist and belongs to no resource of this stack. */
  app: string;
  /** `deployed` restarts the app's machines with the new values; `staged` applies them at the app's next deployment. */
  mode: "staged" | "deployed";
  secrets: Record<string, pulumi.Output<string>>;
}

/**
 * Secrets of another owner's app. Only names that this stack set are unset: a single name when it is no longer handed
 * over, and all names when this resource is deleted.
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
