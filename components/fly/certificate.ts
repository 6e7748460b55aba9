import * as pulumi from "@pulumi/pulumi";
import type { DnsRecord } from "../driver/dns-records.ts";
import { driverStep } from "../driver/resource.ts";

export interface CertificateArgs {
  app: string;
  /**
   * The host name, of a domain of your own. Another name gets its certificate first, then the old one's is removed, and
   * links to the old name fail.
   */
  host: string;
  /** Changes when an address does, so that the records are read again. */
  addresses: pulumi.Input<string>;
}

/**
 * A certificate by Let's Encrypt, which Fly asks for and renews. One that the app has already is taken over. It is issued
 * when the records lead to the app, which people do afterwards: the deployment does not wait for it.
 */
export class Certificate extends pulumi.ComponentResource {
  /** What to set in the domain's DNS. */
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
