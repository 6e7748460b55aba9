import { isHost, isPort } from "./web-url.ts";

/** The parts of a Redis address. */
export interface RedisUrl<Secret = string> {
  /** Whether the address is `rediss://`. */
  tls: boolean;
  host: string;
  port: number;
  /** A user of the access control list; undefined for the default user. */
  username?: string;
  /** Undefined if the server asks for none. */
  password?: Secret;
  /** Number of the database. */
  database: number;
}

/**
 * Reads a `redis://` or `rediss://` address. User and password are percent-decoded; a missing port is 6379. Throws an
 * `Error` that names the problem and never contains the password.
 */
export function parseRedisUrl(text: string): RedisUrl {
  const scheme = /^rediss?:\/\//.exec(text)?.[0];
  if (scheme === undefined) throw new Error("does not start with redis:// or rediss://");
  const rest = text.slice(scheme.length);
  if (/^[^@]*[/?#][^@]*@/.test(rest))
    throw new Error("has a / ? or # in its password, which ends the password there (write them as %2F, %3F and %23)");
  const authority = /^[^/?#]*/.exec(rest)?.[0] ?? "";
  if (/,/.test(authority.replace(/^.*@/, "")))
    throw new Error("names several hosts, but Chatwoot connects to one (write the primary's address)");
  let url: URL;
  try {
    url = new URL(`http://${rest}`);
  } catch {
    throw new Error("is not a valid address (a password with : / ? # [ ] @ in it must be percent-encoded)");
  }
  const written = /:(\d+)$/.exec(authority)?.[1];
  const port = written === undefined ? 6379 : Number(written);
  if (!isPort(port)) throw new Error("has a port that is not between 1 and 65535");
  if (url.hostname === "") throw new Error("has no host");
  if (!isHost(url.hostname)) throw new Error("has a host that is not a valid name");
  const database = /^\/?(\d*)$/.exec(url.pathname)?.[1];
  if (database === undefined) throw new Error("has a path that is not the number of a database (write it as /0)");
  const username = decode(url.username, "user name");
  const password = decode(url.password, "password");
  // The client of Ruby reads it as a password.
  if (username !== "" && password === "")
    throw new Error("has a user name without a password (write a password alone as :password@)");
  return {
    tls: scheme === "rediss://",
    host: url.hostname.replace(/^\[(.*)\]$/, "$1"),
    port,
    ...(username === "" || username === "default" ? {} : { username }),
    ...(password === "" ? {} : { password }),
    database: Number(database),
  };
}

function decode(part: string, what: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new Error(`has a ${what} with an invalid percent-encoding (write % as %25)`);
  }
}

/** Formats the address, percent-encoded and with its port. */
export function formatRedisUrl({ password, ...open }: RedisUrl): string {
  const { username = "" } = open;
  const login = password === undefined ? "" : `${encodeURIComponent(username)}:${encodeURIComponent(password)}@`;
  return openRedisUrl(open).replace("://", `://${login}`);
}

/** The address without user name and password. */
export function openRedisUrl({ tls, host, port, database }: Omit<RedisUrl, "password">): string {
  const name = host.includes(":") ? `[${host}]` : host;
  return `${tls ? "rediss" : "redis"}://${name}:${port}${database === 0 ? "" : `/${database}`}`;
}
