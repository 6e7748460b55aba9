import * as pulumi from "@pulumi/pulumi";
import type { DnsRecord } from "../driver/dns-records.ts";
import { driverStep } from "../driver/resource.ts";

export interface CertificateArgs {
  app: string;
  /**
   * The host name, in your own domain. A change issues the new certificate first and then removes the old one; links to
   * the old name then fail.
   */
  host: string;
  /** Changes when an address changes, so that the DNS records are read again. */
  addresses: pulumi.Input<string>;
}

/**
 * A Let's Encrypt certificate, which Fly requests and renews. An existing certificate of the app is adopted. It is
 * issued once you point DNS to the app; the deployment does not wait for it.
 */
export class Certificate extends pulumi.ComponentResource {
  /** The DNS records to create. */
  readonly records: pulumi.Output<DnsRecord[]>;

  constructor(name: string, args: CertificateArgs, opts?: pulumi.ComponentResourceOptions) {
    super("chatwoot:fly:Certificate", name, {}, opts);
    const step = driverStep(
      `${name}-host`,
      "certificate",
      {
        inputs: { APP: args.app, HOSTNAME: args.host, ADDRESSES: args.addresses },
        identity: ["APP", "HOSTNAME"],
        deletes: true,
      },
      { parent: this },
    );
    this.records = step.stdout.apply((stdout) => (JSON.parse(stdout) as { records: DnsRecord[] }).records);
    this.registerOutputs();
  }
}
