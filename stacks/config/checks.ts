import {
  connectionsNeeded,
  explainConnections,
  preparationConnections,
  type ConnectionDemand,
} from "../../components/chatwoot/connection-budget.ts";
import {
  parsePostgresUrl,
  poolingOf,
  supabaseSessionPoolLimit,
  type PostgresUrl,
} from "../../components/chatwoot/postgres-url.ts";
import type { Problem } from "./problems.ts";
import type { PartialSettings, SecretName } from "./secrets.ts";

/** PostgreSQL keeps these for superusers, and CloudNativePG's own agents hold a few. */
const reservedConnections = 10;

export interface Addresses {
  databaseUrl?: PostgresUrl;
  migrationDatabaseUrl?: PostgresUrl;
}

/** The database addresses among the secrets, with a problem for each that cannot be read or must not be used. */
export function readAddresses(secrets: Partial<Record<SecretName, string>>): {
  addresses: Addresses;
  problems: Problem[];
} {
  const addresses: Addresses = {};
  const problems: Problem[] = [];
  for (const key of ["databaseUrl", "migrationDatabaseUrl"] as const) {
    const value = secrets[key];
    if (value === undefined) continue;
    try {
      const address = parsePostgresUrl(value);
      if (poolingOf(address) === "transaction") {
        problems.push({
          key,
          message:
            "points at Supabase's transaction pooler (port 6543), which breaks prepared statements and the locks of migrations. " +
            "Use the session pooler on port 5432, or the direct host",
        });
      } else addresses[key] = address;
    } catch (error) {
      problems.push({
        key,
        message: `${(error as Error).message}. Write it as postgresql://user:password@host:5432/database`,
      });
    }
  }
  return { addresses, problems };
}

/** What no single key can tell: whether they fit together. Skips whatever a missing part makes undecidable. */
export function crossCheck(settings: PartialSettings, addresses: Addresses): Problem[] {
  return [...checkConnections(settings, addresses), ...checkMail(settings), ...checkUrl(settings)];
}

function checkConnections(settings: PartialSettings, { databaseUrl, migrationDatabaseUrl }: Addresses): Problem[] {
  const { web, worker, kubernetes } = settings;
  if (web === undefined || worker === undefined) return [];
  const limit =
    settings.target === "kubernetes"
      ? {
          key: "kubernetes.postgres.maxConnections",
          value: kubernetes && kubernetes.postgres.maxConnections - reservedConnections,
        }
      : { key: "database.poolLimit", value: settings.database?.poolLimit ?? knownPoolLimit(databaseUrl) };
  if (limit.value === undefined) return [];
  const demand: ConnectionDemand = {
    web,
    worker,
    preparation: migrationDatabaseUrl === undefined ? preparationConnections : 0,
  };
  if (connectionsNeeded(demand) <= limit.value) return [];
  const message =
    `allows ${limit.value} connections, but the deployment holds more while it migrates: ${explainConnections(demand)}. ` +
    "Lower web.threads or worker.concurrency, or raise the limit where the database has it";
  return [{ key: limit.key, message }];
}

function knownPoolLimit(address: PostgresUrl | undefined): number | undefined {
  return address !== undefined && poolingOf(address) === "session" ? supabaseSessionPoolLimit : undefined;
}

function checkMail({ mail }: PartialSettings): Problem[] {
  const smtp = mail?.smtp;
  if (smtp === undefined) return [];
  if (smtp.authentication === "none" && smtp.username !== undefined) {
    return [
      { key: "mail.smtp.username", message: "is set, but authentication is none. Remove it, or set authentication" },
    ];
  }
  if (smtp.authentication !== "none" && smtp.username === undefined) {
    return [
      {
        key: "mail.smtp.username",
        message: `is missing for authentication ${smtp.authentication}. Add it, or set authentication: none`,
      },
    ];
  }
  return [];
}

function checkUrl({ url, fly }: PartialSettings): Problem[] {
  if (url === undefined || fly === undefined) return [];
  const host = new URL(url).hostname;
  if (host.endsWith(".fly.dev") && host !== `${fly.app}.fly.dev`) {
    return [
      {
        key: "url",
        message: `is the address of another Fly app. Use https://${fly.app}.fly.dev, or a domain of your own`,
      },
    ];
  }
  return [];
}
