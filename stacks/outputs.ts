import * as pulumi from "@pulumi/pulumi";
import type { EncryptionKeys } from "../config/kept-secrets.ts";
import type { GeneratedSecrets } from "../components/chatwoot/generated-secrets.ts";
import { livePath } from "../components/chatwoot/health.ts";
import { readinessRequests } from "../components/chatwoot/readiness.ts";
import { databaseUrlOf, type Database } from "../components/chatwoot/database.ts";
import type { DnsRecord } from "../components/driver/dns-records.ts";
import type { Handover } from "../components/support/handover.ts";
import type { Target } from "../config/schema.ts";
import type { SupportConfig, SupportTargets } from "../config/schema/support.ts";

type Secret = pulumi.Output<string>;
type OptionalSecret = pulumi.Output<string | null>;

/**
 * The outputs of every stack. Other stacks and the operations commands depend on the names, so a test freezes them.
 * `Secret` and `OptionalSecret` are secret outputs.
 */
export interface StackOutputs {
  /** Target of the deployment. */
  target: Target;
  /** Public URL, without a trailing slash. */
  url: string;
  /** Deployed image. */
  image: string;
  /** Name of the account in Chatwoot. */
  account: string;
  /** Parts of the database's address. */
  postgres: {
    host: string;
    port: number;
    username: string;
    password: Secret;
    database: string;
    /** libpq's `sslmode`. */
    sslMode: string;
  };
  /** Address of the database, percent-encoded. */
  databaseUrl: Secret;
  /** Address of Redis, with its password. */
  redisUrl: Secret;
  /** Key of Rails' sessions and signed links. */
  secretKeyBase: Secret;
  /** Keys of Active Record encryption. Back them up outside the state: without them, encrypted data is unreadable. */
  encryptionKeys: EncryptionKeys<Secret>;
  /** Super admin from the bootstrap, with the initial password, which the admin may have changed since. */
  admin: { email: string; password: Secret };
  /** Token of the service user, for the header `api-access-token`. */
  apiToken: Secret;
  /** Signing key of webhooks. */
  webhookSecret: Secret;
  /** URLs for monitors (docs/ops/health.md#monitors). */
  health: {
    /** Responds with 200 while Rails runs. */
    live: string;
    /** Contains `"queue_services":"ok"` while Redis works. Ignore its `data_services`. */
    redis: string;
    /** Responds to the header `api-access-token: readiness-check` with 401 while PostgreSQL and Redis work, otherwise 500. */
    postgres: string;
  };
  /** Support pipeline; null if none is configured. */
  support: {
    webhookUrl: string;
    /** Whether the webhook is enabled. */
    webhookEnabled: boolean;
    events: string[];
    agentUrl: string | null;
    /** Targets of the pipeline. */
    targets: SupportTargets;
    /** Schedules of the check and the report, in cron syntax, in UTC. */
    schedules: SupportConfig["schedules"];
    /** Consumers that have the URL, API token, account id and webhook secret. */
    handedTo: string[];
  } | null;
  /** Id of the account; null without a hand-over, because only a hand-over reads it. */
  accountId: pulumi.Output<number | null>;
  /** Address of the pipeline's tables; null if the stack does not manage them. */
  factsDatabaseUrl: OptionalSecret;
  /** DNS records to set for your own domain; empty if the stack requires none. */
  dnsRecords: pulumi.Output<DnsRecord[]>;
}

export interface OutputParts {
  settings: {
    target: Target;
    url: string;
    image: string;
    account: string;
    admin: { email: string };
    support?: SupportConfig | undefined;
  };
  database: Database;
  redisUrl: Secret;
  secrets: GeneratedSecrets;
  /** Default: none. */
  factsDatabaseUrl?: Secret | undefined;
  /** Default: none. */
  handover?: Handover | undefined;
  /** Default: none. */
  dnsRecords?: pulumi.Output<DnsRecord[]> | undefined;
}

export function stackOutputs({
  settings,
  database,
  redisUrl,
  secrets,
  factsDatabaseUrl,
  handover,
  dnsRecords = pulumi.output([]),
}: OutputParts): StackOutputs {
  const { target, url, image, account, admin, support } = settings;
  return {
    target,
    url,
    image,
    account,
    postgres: { ...database, sslMode: database.sslMode ?? "prefer" },
    databaseUrl: databaseUrlOf(database),
    redisUrl,
    secretKeyBase: secrets.secretKeyBase,
    encryptionKeys: secrets.encryptionKeys,
    admin: { email: admin.email, password: secrets.adminPassword },
    apiToken: secrets.apiToken,
    webhookSecret: secrets.webhookSecret,
    health: {
      live: `${url}${livePath}`,
      redis: `${url}${readinessRequests.services.path}`,
      postgres: `${url}${readinessRequests.profile.path}`,
    },
    support:
      support === undefined
        ? null
        : {
            webhookUrl: support.webhookUrl,
            webhookEnabled: support.webhookEnabled,
            events: support.events,
            agentUrl: support.agentUrl ?? null,
            targets: support.targets,
            schedules: support.schedules,
            handedTo: handover?.consumers ?? [],
          },
    accountId: handover?.accountId ?? pulumi.output(null),
    factsDatabaseUrl: factsDatabaseUrl ?? pulumi.output(null),
    dnsRecords,
  };
}
