import { parseImage } from "../../../lib/image-reference.ts";
import { podResources } from "../../../config/pod-resources.ts";
import type { PodsConfig } from "../../../config/schema/kubernetes/pods.ts";
import type { PostgresUrl } from "../../../lib/postgres-url.ts";

export interface ChartValuesArgs {
  image: string;
  web: { count: number; memoryMb: number };
  worker: { count: number; memoryMb: number };
  pods: PodsConfig;
  database: Pick<PostgresUrl, "host" | "port" | "username" | "database">;
  databaseSecret: { name: string; key: string };
  redis: { host: string; port: number; secret: { name: string; key: string } };
}

/**
 * Defaults of the chart that must not reach Chatwoot: a placeholder key, and empty strings, which differ from unset
 * variables. With an empty user name Ruby's mail client authenticates at a relay without users; an empty inbound mail
 * service is not a service that Rails supports.
 */
const trappedDefaults = [
  "ASSET_CDN_HOST",
  "AWS_ACCESS_KEY_ID",
  "AWS_REGION",
  "AWS_SECRET_ACCESS_KEY",
  "FB_APP_ID",
  "FB_APP_SECRET",
  "FB_VERIFY_TOKEN",
  "MAILER_INBOUND_EMAIL_DOMAIN",
  "MAILER_SENDER_EMAIL",
  "MAILGUN_INGRESS_SIGNING_KEY",
  "MANDRILL_INGRESS_API_KEY",
  "RAILS_INBOUND_EMAIL_PASSWORD",
  "RAILS_INBOUND_EMAIL_SERVICE",
  "REDIS_SENTINELS",
  "REDIS_SENTINEL_MASTER_NAME",
  "S3_BUCKET_NAME",
  "SECRET_KEY_BASE",
  "SENTRY_DSN",
  "SLACK_CLIENT_ID",
  "SLACK_CLIENT_SECRET",
  "SMTP_ADDRESS",
  "SMTP_AUTHENTICATION",
  "SMTP_ENABLE_STARTTLS_AUTO",
  "SMTP_OPENSSL_VERIFY_MODE",
  "SMTP_PASSWORD",
  "SMTP_PORT",
  "SMTP_USERNAME",
  "TWITTER_APP_ID",
  "TWITTER_CONSUMER_KEY",
  "TWITTER_CONSUMER_SECRET",
  "TWITTER_ENVIRONMENT",
];

/**
 * Values of the official chart (https://github.com/chatwoot/charts). Every value is known in every preview, because
 * with one unknown value the preview shows no object of the chart. No value is secret, because they are stored in plain
 * text.
 */
export function chartValues(args: ChartValuesArgs): Record<string, unknown> {
  return {
    image: imageParts(args.image),
    // The chart's default is a load balancer, which would bypass single sign-on.
    services: { type: "ClusterIP" },
    web: { replicaCount: args.web.count, resources: podResources(args.pods, "web", args.web.memoryMb) },
    worker: { replicaCount: args.worker.count, resources: podResources(args.pods, "worker", args.worker.memoryMb) },
    postgresql: {
      enabled: false,
      postgresqlHost: args.database.host,
      postgresqlPort: args.database.port,
      auth: {
        username: args.database.username,
        database: args.database.database,
        existingSecret: args.databaseSecret.name,
        secretKeys: { adminPasswordKey: args.databaseSecret.key },
      },
    },
    redis: {
      enabled: false,
      host: args.redis.host,
      port: args.redis.port,
      existingSecret: args.redis.secret.name,
      existingSecretKey: args.redis.secret.key,
    },
    env: Object.fromEntries(trappedDefaults.map((name) => [name, null])),
  };
}

/** The chart joins repository and tag with a colon, even for a digest. */
export function imageParts(image: string): { repository: string; tag: string } {
  const { repository, tag, digest } = parseImage(image);
  if (tag !== undefined) return { repository, tag: digest === undefined ? tag : `${tag}@${digest}` };
  const [algorithm, value] = digest?.split(":") ?? [];
  if (value === undefined) throw new Error(`chatwoot:image: ${image} has neither a tag nor a digest. Add one.`);
  return { repository: `${repository}@${algorithm}`, tag: value };
}
