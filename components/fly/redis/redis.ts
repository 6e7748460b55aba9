import * as pulumi from "@pulumi/pulumi";
import { driverStep } from "../../driver/resource.ts";

export interface RedisArgs {
  /** Name of the database in the organization. A change creates another, empty database. */
  name: string;
  organization: string;
  region: string;
  /** A plan's display name; undefined is pay-as-you-go, which bills every command of Sidekiq's polling. */
  plan: string | undefined;
}

/**
 * Redis by Upstash, created through Fly with eviction off, because Sidekiq loses jobs with any other policy. An
 * existing database is adopted. Deleting it loses the queued jobs.
 *
 * Cost: pay-as-you-go is 0.20 USD per 100,000 commands; "Fixed 250MB" is 10 USD a month
 * (https://fly.io/docs/upstash/redis/).
 */
export class Redis extends pulumi.ComponentResource {
  /** `redis://default:password@host:6379` */
  readonly url: pulumi.Output<string>;

  constructor(name: string, args: RedisArgs, opts?: pulumi.ComponentResourceOptions) {
    super("chatwoot:fly:Redis", name, {}, opts);
    const { name: database, organization, region, plan = "" } = args;
    const step = driverStep(
      `${name}-database`,
      "redis",
      {
        inputs: { REDIS: database, ORGANIZATION: organization, REGION: region, PLAN: plan },
        identity: ["REDIS", "ORGANIZATION"],
        deletes: true,
        printsSecret: true,
      },
      { parent: this, protect: true },
    );
    this.url = pulumi.secret(step.stdout.apply((stdout) => (JSON.parse(stdout) as { url: string }).url));
    this.registerOutputs();
  }
}
