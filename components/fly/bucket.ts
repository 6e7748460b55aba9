import * as pulumi from "@pulumi/pulumi";
import { driverStep } from "../driver/resource.ts";

export interface BucketArgs {
  app: string;
  organization: string;
  /** Unique on all of Tigris. A change of the name is rejected, because Fly gives an app one bucket. */
  bucket: string;
}

/**
 * A Tigris bucket, created through Fly, which passes its keys to the app only: they are not in the state. An existing
 * bucket of the app is adopted. The stack never deletes a bucket, even when the stack is destroyed.
 *
 * Creating a bucket for a deployed app restarts the app's machines at once. Cost: 0.02 USD per GB and month
 * (https://www.tigrisdata.com/docs/pricing/).
 */
export class Bucket extends pulumi.ComponentResource {
  readonly ready: pulumi.Resource;

  constructor(name: string, args: BucketArgs, opts?: pulumi.ComponentResourceOptions) {
    super("chatwoot:fly:Bucket", name, {}, opts);
    this.ready = driverStep(
      `${name}-attachments`,
      "bucket",
      {
        inputs: { APP: args.app, ORGANIZATION: args.organization, BUCKET: args.bucket },
        identity: ["APP", "BUCKET"],
      },
      { parent: this, protect: true, retainOnDelete: true },
    );
    this.registerOutputs();
  }
}
