import { isLoopbackAddress } from "../../lib/hosts.ts";
import { poolingOf, transactionPooler } from "../../lib/postgres-poolers.ts";
import {
  parsePostgresUrl,
  supabaseHostOf,
  supabaseSessionPoolLimit,
  type PostgresUrl,
} from "../../lib/postgres-url.ts";
import { edgeProblem } from "../../lib/secret-text.ts";
import type { Problem } from "../../config/problems.ts";
import { addressNames, type SecretName } from "../../config/secrets.ts";

type AddressName = (typeof addressNames)[number];

export type Addresses = Partial<Record<AddressName, PostgresUrl>>;

export interface ReadAddresses {
  addresses: Addresses;
  problems: Problem[];
  /** Addresses that work only in some networks or with some settings of the provider. */
  warnings: Problem[];
}

/** Reads the database addresses among the secrets, with a problem for each invalid or unusable address. */
export function readAddresses(secrets: Partial<Record<SecretName, string>>): ReadAddresses {
  const read: ReadAddresses = { addresses: {}, problems: [], warnings: [] };
  for (const key of addressNames) {
    const value = secrets[key];
    if (value === undefined) continue;
    const result = readAddress(value);
    if (typeof result === "string") read.problems.push({ key, message: result });
    else {
      read.addresses[key] = result;
      read.warnings.push(...warningsOf(key, result).map((message) => ({ key, message })));
    }
  }
  return read;
}

/** The parts of an address, or "problem. Fix". */
function readAddress(text: string): PostgresUrl | string {
  const unread = edgeProblem(text) ?? placeholderProblem(text);
  if (unread !== undefined) return unread;
  try {
    const address = parsePostgresUrl(text);
    return poolerProblem(address, text) ?? addressProblem(address) ?? address;
  } catch (error) {
    return `${(error as Error).message}. Write it as postgresql://user:password@host:5432/database`;
  }
}

/** Dashboards show an address with a placeholder, usually [YOUR-PASSWORD]. Brackets of a password are written as %5B and %5D. */
export function placeholderProblem(text: string): string | undefined {
  if (/^[^@]*\/\/[^:@]*:\[[^@]*\]@/.test(text) && !/YOUR|PASSWORD/.test(text))
    return "has its password in brackets, as the template of the provider. Remove the brackets; write those that belong to the password as %5B and %5D";
  if (
    /^[^@]*\/\/[^:@]*:\$[A-Z_][A-Z0-9_]*@/.test(text) ||
    /\[[A-Z][A-Z _-]*\]|YOUR[-_ ](DB[-_ ])?PASSWORD|<[a-z][a-z _-]*>|\$\{[^}]*\}|\{\{[^}]*\}\}/i.test(text)
  )
    return "still has a placeholder from the template of the provider. Replace it, with its brackets, by the value";
  return undefined;
}

/** The problem of an address that its provider does not accept, or not for long. */
export function addressProblem(address: PostgresUrl): string | undefined {
  return (
    poolerProblem(address, "") ??
    supabaseProblem(address) ??
    azureProblem(address) ??
    readerProblem(address) ??
    tokenProblem(address)
  );
}

/** Azure's single servers, which are retired, expected the server's name in the user's. */
function azureProblem({ host, username }: PostgresUrl): string | undefined {
  const server = /^([a-z0-9-]+)\.postgres\.database\.azure\.com$/.exec(host)?.[1];
  if (server === undefined || !username.endsWith(`@${server}`)) return undefined;
  return `has the user ${username}, the form of Azure's retired single servers. Write the user as ${username.split("@")[0]}`;
}

/** Endpoints of standbys. */
function readerProblem({ host }: PostgresUrl): string | undefined {
  const isReader =
    /\.cluster-ro-[a-z0-9]+\.[a-z0-9-]+\.rds\.amazonaws\.com(\.cn)?$/.test(host) ||
    /\.reader\.postgres\.database\.azure\.com$/.test(host) ||
    /-ro\.[a-z0-9-]+\.svc(\.|$)/.test(host);
  return isReader
    ? "is the endpoint of a standby, which accepts no writes. Use the endpoint of the primary"
    : undefined;
}

/** A token of the provider's login in place of a password. */
function tokenProblem({ password }: PostgresUrl): string | undefined {
  const isToken = /[?&]X-Amz-Signature=/.test(password) || /^eyJ[\w-]+\.eyJ[\w-]+\.[\w-]+$/.test(password);
  return isToken
    ? "has an access token as its password, which expires within hours, and Chatwoot cannot renew it. Use a role with a password"
    : undefined;
}

/** A pooler in transaction mode breaks prepared statements and the locks of migrations. */
function poolerProblem(address: PostgresUrl, text: string): string | undefined {
  const breaks = "which breaks prepared statements and the locks of migrations";
  const pooler = transactionPooler(address);
  if (pooler !== undefined) return `points at ${pooler.name}, ${breaks}. Use ${pooler.direct}`;
  if (/[?&]pgbouncer=true(&|$)/i.test(text))
    return `is marked pgbouncer=true, as addresses of poolers in transaction mode are, ${breaks}. Use the direct address of the database`;
  return undefined;
}

/** Supabase serves one database at several addresses with different rules. */
function supabaseProblem(address: PostgresUrl): string | undefined {
  const host = supabaseHostOf(address);
  // The pooler serves every project of a region and selects the project by the user name.
  if (host?.kind === "pooler" && !/^[^.]+\.[a-z0-9]+$/.test(address.username)) {
    return (
      `has the user ${address.username}, which does not name the project for Supabase's pooler. ` +
      "Write the user as postgres.PROJECT, as the dashboard shows it under Connect"
    );
  }
  if (host?.kind === "direct" && address.username.includes(".")) {
    return (
      `has the user ${address.username}, which only the pooler accepts. ` +
      `Write the user as ${address.username.split(".")[0]} for the direct host`
    );
  }
  return undefined;
}

function warningsOf(key: AddressName, address: PostgresUrl): string[] {
  if (key === "factsDatabaseUrl" && supabaseHostOf(address)?.kind === "direct")
    return [
      "is Supabase's direct host, which has no IPv4 address without the IPv4 add-on, and many networks, " +
        "such as that of GitHub's runners, have no IPv6. Use the session pooler on port 5432",
    ];
  if (key !== "factsDatabaseUrl" && isLoopbackAddress(address.host))
    return [`points at ${address.host}, which only a rehearsal on one machine reaches. Use the address of a server`];
  if (/^pgbouncer\..*\.flympg\.net$/.test(address.host))
    return [
      "is the pooler of Fly Managed Postgres, which breaks migrations in transaction mode. " +
        "Set its mode to session, or use the host that begins with direct",
    ];
  return [];
}

/** The pool limit of an address whose host name implies it. */
export function knownPoolLimit(address: PostgresUrl | undefined): number | undefined {
  return address !== undefined && poolingOf(address) === "session" ? supabaseSessionPoolLimit : undefined;
}
