import * as pulumi from "@pulumi/pulumi";
import { driverStep } from "../driver/resource.ts";

export interface BucketArgs {
  app: string;
  organization: string;
  /** Unique on all of Tigris. Another name is another, empty bucket: refused, because Fly gives an app one bucket. */
  bucket: string;
}

/**
 * A bucket at Tigris, made through Fly, which gives its keys to the app and tells nobody else: they are in no state. One
 * that the app has already is taken over. Nothing here ever deletes a bucket, whatever becomes of the stack.
 *
 * Making one for an app that is deployed restarts its machines at once. Cost: 0.02 USD per GB and month
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
