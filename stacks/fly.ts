import { withTls } from "../components/chatwoot/database.ts";
import { GeneratedSecrets } from "../components/chatwoot/generated-secrets.ts";
import { refuseForeignKeys } from "../components/fly/root-keys-guard.ts";
import { environmentOnFly } from "./fly/environment.ts";
import * as parts from "./fly/parts.ts";
import { createDeployment, originOf, releaseSettings, stageSecrets } from "./fly/release.ts";
import { refuseOtherRegions } from "./fly/region.ts";
import { rootKeysOf } from "./fly/root-keys.ts";
import type { RunningApps } from "./fly/running.ts";
import type { FlyStackConfig } from "./load.ts";
import { stackOutputs, type StackOutputs } from "./outputs.ts";
import { supportParts } from "./support.ts";

/**
 * Deploys Chatwoot to Fly.io: app and Redis in parallel, then the secrets, the release and the counts. Throws before any
 * change if what runs has other root keys than this stack, or is in another region.
 */
export async function deployToFly(config: FlyStackConfig, running: RunningApps): Promise<StackOutputs> {
  const { settings } = config;
  const secrets = new GeneratedSecrets("secrets", config.kept, settings.rotation);
  const rootKeys = rootKeysOf(config, secrets);
  refuseOtherRegions(settings.fly, running.released);
  await refuseForeignKeys(settings.fly.app, running.released[settings.fly.app], rootKeys);
  const stack = { config, secrets, rootKeys, running, database: withTls(config.database) };
  const support = supportParts(stack);

  const app = parts.createApp(stack);
  const addresses = parts.createAddresses(stack, app);
  const redis = parts.createRedis(stack);
  const bucket = parts.createBucket(stack, app);
  const environment = environmentOnFly(stack, redis);
  const release = releaseSettings(stack, environment, redis);
  const staged = stageSecrets(stack, environment, release, bucket ?? app);
  const deployment = createDeployment(stack, environment, release, staged, [addresses, redis, ...support.before]);
  const certificate = parts.createCertificate(stack, addresses, deployment);
  parts.createBackup(stack, deployment);
  parts.createPipelineSchedule(stack, support, deployment);
  parts.createLogShipper(stack);
  const handover = support.handOver({ apiUrl: originOf(settings.fly) }, { dependsOn: deployment });

  return stackOutputs({
    settings,
    database: stack.database,
    redisUrl: redis.url,
    secrets,
    factsDatabaseUrl: support.factsDatabaseUrl,
    handover,
    dnsRecords: certificate?.records,
  });
}
