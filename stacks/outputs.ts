import * as pulumi from "@pulumi/pulumi";
import type { EncryptionKeys } from "../config/kept-secrets.ts";
import type { GeneratedSecrets } from "../components/chatwoot/generated-secrets.ts";
import { healthPaths } from "../components/chatwoot/health.ts";
import { databaseUrlOf, type Database } from "../components/chatwoot/database.ts";
import type { DnsRecord } from "../components/driver/dns-records.ts";
import type { Handover } from "../components/support/handover.ts";
import type { Target } from "../config/schema.ts";
import type { SupportConfig, SupportTargets } from "../config/schema/support.ts";

type Secret = pulumi.Output<string>;
type OptionalSecret = pulumi.Output<string | null>;

/**
 * What every stack gives, whatever its target. The names are an interface for other stacks and for the commands around
 * the deployment: a test freezes them. Everything typed `Secret` or `OptionalSecret` is a secret output.
 */
export interface StackOutputs {
  /** Where the stack deploys to. */
  target: Target;
  /** Public address, without a slash at its end. */
  url: string;
  /** The image that was deployed. */
  image: string;
  /** Name of the account in Chatwoot. */
  account: string;
  /** The database in its parts. */
  postgres: {
    host: string;
    port: number;
    username: string;
    password: Secret;
    database: string;
    /** libpq's `sslmode`. */
    sslMode: string;
  };
  /** The database as one address, percent-encoded. */
  databaseUrl: Secret;
  /** Redis, with its password. */
  redisUrl: Secret;
  /** Key of Rails' sessions and signed links. */
  secretKeyBase: Secret;
  /** To be kept outside the state too: nothing that they encrypt can be read without them. */
  encryptionKeys: EncryptionKeys<Secret>;
  /** The super admin that the bootstrap made; the password is the first one, which the admin may have changed since. */
  admin: { email: string; password: Secret };
  /** Token of the service user, for the header `api_access_token`. */
  apiToken: Secret;
  /** Key of the signatures on webhooks. */
  webhookSecret: Secret;
  /** Addresses of the health routes. */
  health: {
    /** Answers while Rails runs. */
    live: string;
    /** Tells whether database and Redis work too. */
    ready: string;
  };
  /** The support pipeline as configured; null without one. */
  support: {
    webhookUrl: string;
    /** Whether the webhook is on. */
    webhookEnabled: boolean;
    events: string[];
    agentUrl: string | null;
    /** What the pipeline is measured against. */
    targets: SupportTargets;
    /** When it is looked at, as cron writes times, in UTC. */
    schedules: SupportConfig["schedules"];
    /** Who has address, token, account id and webhook secret. */
    handedTo: string[];
  } | null;
  /** Id of the account; null where nobody was handed anything, so that nobody asked for it. */
  accountId: pulumi.Output<number | null>;
  /** Address of the pipeline's tables; null where this program does not keep them. */
  factsDatabaseUrl: OptionalSecret;
  /** What to set in the DNS of a domain of your own; empty where Fly, or the cluster's ingress, needs none from here. */
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
  /** None by default. */
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
    health: { live: `${url}${healthPaths.live}`, ready: `${url}${healthPaths.ready}` },
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
