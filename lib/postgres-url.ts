import { isHost, isPort } from "./web-url.ts";

/** The parts of a PostgreSQL address. */
export interface PostgresUrl<Secret = string> {
  host: string;
  port: number;
  username: string;
  password: Secret;
  database: string;
  /** libpq's `sslmode`; if undefined, the caller chooses. */
  sslMode?: SslMode;
}

export const sslModes = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"] as const;
export type SslMode = (typeof sslModes)[number];

/** Clients that Supabase's session pooler accepts on its smallest plan; beyond that it answers `MaxClientsInSessionMode`. */
export const supabaseSessionPoolLimit = 15;

/**
 * Reads a `postgres://` or `postgresql://` address. User, password and database are percent-decoded; a missing port is
 * 5432. Throws an `Error` that names the problem and never contains the password.
 */
export function parsePostgresUrl(text: string): PostgresUrl {
  const scheme = /^postgres(ql)?:\/\//;
  if (!scheme.test(text)) throw new Error("does not start with postgresql://");
  if (/^[^@]*[/?#][^@]*@/.test(text.replace(scheme, "")))
    throw new Error("has a / ? or # in its password, which ends the password there (write them as %2F, %3F and %23)");
  const port = portIn(text) ?? 5432;
  if (!isPort(port)) throw new Error("has a port that is not between 1 and 65535");
  let url: URL;
  try {
    // WHATWG URL validates hosts only for its special schemes, such as http.
    url = new URL(text.replace(scheme, "http://"));
  } catch {
    throw new Error("is not a valid address (a password with : / ? # [ ] @ in it must be percent-encoded)");
  }
  const decode = (part: string, what: string): string => {
    try {
      return decodeURIComponent(part);
    } catch {
      throw new Error(`has a ${what} with an invalid percent-encoding (write % as %25)`);
    }
  };
  const database = decode(url.pathname.slice(1), "database name");
  const username = decode(url.username, "user name");
  const password = decode(url.password, "password");
  if (url.hostname === "") throw new Error("has no host");
  if (username === "") throw new Error("has no user");
  if (password === "") throw new Error("has no password");
  // An unencoded @ in a password ends the credentials too early, and the rest would be read as host and database.
  if (url.pathname.includes("@"))
    throw new Error("has an @ after its host (write / and @ in a password as %2F and %40)");
  if (database === "") throw new Error("has no database");
  if (database.includes("/")) throw new Error("has more than a database name in its path");
  if (url.hash !== "") throw new Error("has a # after the database (write one that belongs to its name as %23)");
  if (!isHost(url.hostname)) throw new Error("has a host that is not a valid name");
  const lost = ["options", "schema", "search_path", "host", "port", "dbname", "user", "password", "service"].find(
    (name) => url.searchParams.has(name),
  );
  if (lost !== undefined) throw new Error(`has the parameter ${lost}, which Chatwoot does not get`);
  if (url.searchParams.getAll("sslmode").length > 1) throw new Error("has sslmode twice");
  const sslMode = url.searchParams.get("sslmode");
  if (sslMode !== null && !isSslMode(sslMode)) throw new Error(`has an unknown sslmode: ${sslMode}`);
  return {
    host: url.hostname.replace(/^\[(.*)\]$/, "$1"),
    port,
    username,
    password,
    database,
    ...(sslMode === null ? {} : { sslMode }),
  };
}

/** Read from the text, because a URL parser drops the default port of its scheme. */
function portIn(text: string): number | undefined {
  const authority = /^[^/]*\/\/[^/?#]*/.exec(text)?.[0] ?? "";
  const port = /:(\d+)$/.exec(authority)?.[1];
  return port === undefined ? undefined : Number(port);
}

function isSslMode(text: string): text is SslMode {
  return (sslModes as readonly string[]).includes(text);
}

/** Formats the address, percent-encoded and always with its port: without one, Chatwoot's entrypoint waits forever. */
export function formatPostgresUrl({ host, port, username, password, database, sslMode }: PostgresUrl): string {
  const authority = `${encodeURIComponent(username)}:${encodeURIComponent(password)}@${host.includes(":") ? `[${host}]` : host}:${port}`;
  return `postgresql://${authority}/${encodeURIComponent(database)}${sslMode === undefined ? "" : `?sslmode=${sslMode}`}`;
}

/** The kind of a Supabase host: the direct host of a project, or the pooler of a region. */
export function supabaseHostOf({ host }: { host: string }): { kind: "direct" | "pooler" } | undefined {
  if (/^db\.[a-z0-9]+\.supabase\.co$/.test(host)) return { kind: "direct" };
  return /\.pooler\.supabase\.com$/.test(host) ? { kind: "pooler" } : undefined;
}

/** Whether the clients of both addresses count against the same limit. */
export function sharesPool(one: { host: string; port: number }, other: { host: string; port: number }): boolean {
  return one.host === other.host && one.port === other.port;
}
