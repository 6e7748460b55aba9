import * as pulumi from "@pulumi/pulumi";
import { secretsFingerprint, shortHash } from "../../../lib/fingerprint.ts";
import { password } from "../../chatwoot/generated-secrets.ts";
import { App } from "../app.ts";
import { Deployment } from "../deployment.ts";
import { redisGroup, redisPort, renderOwnRedisConfig, type OwnRedisConfigArgs } from "./own-redis-config.ts";
import { Secrets } from "../secrets.ts";

export interface OwnRedisArgs extends OwnRedisConfigArgs {
  organization: string;
  /** Another number is another password. Default none: the first one. */
  rotation?: number | undefined;
  /** Key of the fingerprint of the password, which is shown. */
  fingerprintKey: pulumi.Output<string>;
}

/**
 * Redis in an app of its own, one machine with its log on a volume: a fixed price, where Upstash bills every poll of
 * Sidekiq's. The organization's other apps reach it by Fly's private network, and nobody else does.
 *
 * A deployment of it, as for another size, stops it for some seconds: jobs wait, and nothing is lost. Deleting it deletes
 * the volume with every queued job, so the app is protected.
 */
export class OwnRedis extends pulumi.ComponentResource {
  /** `redis://default:password@app.internal:6379` */
  readonly url: pulumi.Output<string>;
  /** Changes when Redis restarts: whoever subscribes to it must start anew. */
  readonly fingerprint: string;

  constructor(name: string, args: OwnRedisArgs, opts?: pulumi.ComponentResourceOptions) {
    super("chatwoot:fly:OwnRedis", name, {}, opts);
    const { app, organization, fingerprintKey } = args;
    const parent = { parent: this };
    const secret = password(`${name}-password`, 32, { ...parent, protect: true }, args.rotation);
    const secrets = { REDIS_PASSWORD: secret };
    const machineConfig = renderOwnRedisConfig(args);
    this.url = pulumi.interpolate`redis://default:${secret}@${app}.internal:${redisPort}`;
    this.fingerprint = shortHash({ machineConfig });

    const host = new App(name, { app, organization }, parent);
    const staged = new Secrets(`${name}-secrets`, { app, secrets, retired: [] }, { ...parent, dependsOn: host });
    new Deployment(
      `${name}-deployment`,
      {
        app,
        machineConfig,
        secrets,
        secretsFingerprint: pulumi.unsecret(
          pulumi.all([fingerprintKey, pulumi.all(secrets)]).apply(([key, values]) => secretsFingerprint(key, values)),
        ),
        releaseTimeoutMinutes: 5,
        waitTimeoutMinutes: 5,
        counts: { [redisGroup]: 1 },
      },
      { ...parent, dependsOn: staged },
    );
    this.registerOutputs();
  }
}
