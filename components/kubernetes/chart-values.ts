import type { PostgresUrl } from "../chatwoot/postgres-url.ts";

export interface ChartValuesArgs {
  image: string;
  web: { count: number; memoryMb: number };
  worker: { count: number; memoryMb: number };
  postgres: Pick<PostgresUrl, "host" | "port" | "username" | "database">;
  postgresSecret: string;
  redisHost: string;
  redisSecret: string;
  environmentSecret: string;
}

/**
 * Defaults of the chart that must not reach Chatwoot; our own settings come after the others and win. The key is a
 * placeholder, and an empty user name makes Ruby's mail client authenticate at a relay that knows no users.
 */
const trappedDefaults = [
  "SECRET_KEY_BASE",
  "SMTP_ADDRESS",
  "SMTP_AUTHENTICATION",
  "SMTP_ENABLE_STARTTLS_AUTO",
  "SMTP_OPENSSL_VERIFY_MODE",
  "SMTP_PASSWORD",
  "SMTP_PORT",
  "SMTP_USERNAME",
  "MAILER_INBOUND_EMAIL_DOMAIN",
];

/**
 * Values of the official chart (https://github.com/chatwoot/charts), all known in every preview: one unknown value and
 * the preview shows none of the chart's objects. No secret is among them, because they are shown and kept in the clear.
 */
export function chartValues(args: ChartValuesArgs): Record<string, unknown> {
  return {
    image: imageParts(args.image),
    // The chart's own default is a load balancer that bypasses whatever stands in front.
    services: { type: "ClusterIP" },
    web: { replicaCount: args.web.count, resources: resources(args.web.memoryMb) },
    worker: { replicaCount: args.worker.count, resources: resources(args.worker.memoryMb) },
    postgresql: {
      enabled: false,
      postgresqlHost: args.postgres.host,
      postgresqlPort: args.postgres.port,
      auth: {
        username: args.postgres.username,
        database: args.postgres.database,
        existingSecret: args.postgresSecret,
        secretKeys: { adminPasswordKey: "password" },
      },
    },
    redis: {
      enabled: false,
      host: args.redisHost,
      port: 6379,
      existingSecret: args.redisSecret,
      existingSecretKey: "password",
      auth: {},
    },
    existingEnvSecret: args.environmentSecret,
    env: Object.fromEntries(trappedDefaults.map((name) => [name, null])),
  };
}

function resources(memoryMb: number): object {
  return { requests: { cpu: "250m", memory: `${memoryMb}Mi` }, limits: { memory: `${memoryMb}Mi` } };
}

/** The chart joins repository and tag by a colon, also for a digest. */
export function imageParts(image: string): { repository: string; tag: string } {
  const tagged = /^(.*?):([^/]+)$/.exec(image);
  if (tagged === null) throw new Error(`${image} has neither tag nor digest`);
  return { repository: tagged[1] as string, tag: tagged[2] as string };
}
