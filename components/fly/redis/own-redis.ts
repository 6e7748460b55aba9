import * as pulumi from "@pulumi/pulumi";
import { shortHash } from "../../../lib/fingerprint.ts";
import { password } from "../../chatwoot/generated-secrets.ts";
import { App } from "../app.ts";
import { Deployment } from "../deployment.ts";
import { redisGroup, redisPort, renderOwnRedisConfig, type OwnRedisConfigArgs } from "./own-redis-config.ts";
import { Secrets } from "../secrets.ts";
import type { Running } from "../../driver/what-runs.ts";

export interface OwnRedisArgs extends OwnRedisConfigArgs {
  organization: string;
  /** Increase it to rotate the password. Default: none, the initial password. */
  rotation?: number | undefined;
  /** Keys the fingerprint of the password, which previews show. */
  fingerprintKey: pulumi.Output<string>;
  /** What runs of its app before this run; undefined if nothing does. */
  running: Running | undefined;
}

/**
 * Redis in a separate app, on one machine with its log on a volume. The price is fixed, while Upstash bills every poll
 * of Sidekiq. Only the organization's other apps can reach it, over Fly's private network.
 *
 * A deployment of this app, for example for another size, stops the workers, then Redis for some seconds. Jobs wait.
 * Deleting the app deletes the volume with every queued job, so the app is protected.
 */
export class OwnRedis extends pulumi.ComponentResource {
  /** `redis://default:password@app.internal:6379` */
  readonly url: pulumi.Output<string>;
  /** Changes when Redis restarts with other settings. */
  readonly fingerprint: string;

  constructor(name: string, args: OwnRedisArgs, opts?: pulumi.ComponentResourceOptions) {
    super("chatwoot:fly:OwnRedis", name, {}, opts);
    const { app, organization, fingerprintKey, running } = args;
    const parent = { parent: this };
    const secret = password(`${name}-password`, 32, { ...parent, protect: true }, args.rotation);
    const secrets = { REDIS_PASSWORD: secret };
    const machineConfig = renderOwnRedisConfig(args);
    this.url = pulumi.interpolate`redis://default:${secret}@${app}.internal:${redisPort}`;
    this.fingerprint = shortHash({ machineConfig });

    const host = new App(name, { app, organization }, parent);
    const release = { machineConfig, running };
    const staged = new Secrets(
      `${name}-secrets`,
      { app, secrets, retired: [], fingerprintKey, release },
      { ...parent, dependsOn: host },
    );
    new Deployment(
      `${name}-deployment`,
      {
        app,
        ...release,
        secrets,
        staged,
        releaseTimeoutMinutes: 5,
        waitTimeoutMinutes: 5,
        counts: { [redisGroup]: 1 },
      },
      { ...parent, dependsOn: staged },
    );
    this.registerOutputs();
  }
}
