import * as pulumi from "@pulumi/pulumi";
import { driverStep } from "../driver/resource.ts";

export interface AddressesArgs {
  app: string;
  /**
   * `shared` is free and tells apps apart by host name; `dedicated` is the app's own, 2 USD a month
   * (https://fly.io/docs/networking/services/). A change adds the one that is missing and never gives one back.
   */
  ipv4: "shared" | "dedicated";
}

/**
 * The app's public addresses: one IPv6, and one IPv4 of the kind that is asked for. None is ever released, because DNS
 * records may lead to it; deleting the app releases all.
 */
export class Addresses extends pulumi.ComponentResource {
  readonly ready: pulumi.Resource;
  /** What the step found, as JSON: changes when an address does. */
  readonly found: pulumi.Output<string>;

  constructor(name: string, args: AddressesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("chatwoot:fly:Addresses", name, {}, opts);
    const step = driverStep(
      `${name}-public`,
      "addresses",
      { inputs: { APP: args.app, IPV4: args.ipv4 }, identity: ["APP"] },
      { parent: this },
    );
    this.ready = step;
    this.found = step.stdout;
    this.registerOutputs();
  }
}
