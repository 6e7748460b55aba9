import * as pulumi from "@pulumi/pulumi";
import { driverStep } from "../driver/resource.ts";

export interface AddressesArgs {
  app: string;
  /**
   * `shared` is free and shared with other apps, which Fly distinguishes by host name. `dedicated` belongs to this app
   * and costs 2 USD a month (https://fly.io/docs/networking/services/). A change adds the missing address and releases
   * none.
   */
  ipv4: "shared" | "dedicated";
}

/**
 * The app's public addresses: one IPv6 and one IPv4 of the configured kind. They are never released, because DNS
 * records may point to them. Deleting the app releases them.
 */
export class Addresses extends pulumi.ComponentResource {
  readonly ready: pulumi.Resource;
  /** The addresses as JSON. Changes when an address changes. */
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
