import { writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { formatPostgresUrl, type PostgresUrl } from "../../lib/postgres-url.ts";
import { freePort } from "kubernetes-sandbox/processes";
import { programs, type ProgramOptions } from "./programs.ts";
import { newServer, handOver } from "./server-process.ts";

export interface PgBouncerOptions extends ProgramOptions {
  /** The upstream database. Clients use its user and password. */
  readonly upstream: PostgresUrl;
  readonly poolMode: "session" | "transaction" | "statement";
  /** Maximum number of clients; further ones are refused. */
  readonly maxClients: number;
  /** Maximum number of connections to the database. */
  readonly poolSize: number;
}

export interface PgBouncer extends PostgresUrl {
  readonly url: string;
  stop(): Promise<void>;
}

function configuration({ upstream, poolMode, maxClients, poolSize }: PgBouncerOptions, port: number, users: string) {
  return `[databases]
* = host=${upstream.host} port=${upstream.port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = ${users}
pool_mode = ${poolMode}
max_client_conn = ${maxClients}
default_pool_size = ${poolSize}
server_tls_sslmode = disable
ignore_startup_parameters = extra_float_digits
`;
}

/** A PgBouncer on a free port of 127.0.0.1. It stops at the latest with this process. */
export async function startPgBouncer(options: PgBouncerOptions): Promise<PgBouncer> {
  const { binFolder, environment } = await programs("pgbouncer", options);
  const server = newServer("pgbouncer");
  try {
    const port = await freePort();
    const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
    const users = join(server.folder, "users.txt");
    const settings = join(server.folder, "pgbouncer.ini");
    writeFileSync(users, `${quoted(options.upstream.username)} ${quoted(options.upstream.password)}\n`, {
      mode: 0o600,
    });
    writeFileSync(settings, configuration(options, port, users), { mode: 0o600 });
    handOver(server, users, settings);
    await server.start([join(binFolder, "pgbouncer"), settings], {
      stopSignal: "TERM",
      environment,
      // From its log: a connection that asks would be one of the clients for a while.
      isReady: async () => (await readFile(join(server.folder, "log"), "utf8").catch(() => "")).includes("process up:"),
    });
    const own: PostgresUrl = { ...options.upstream, host: "127.0.0.1", port };
    return { ...own, url: formatPostgresUrl(own), stop: () => server.stop() };
  } catch (error) {
    await server.stop();
    throw error;
  }
}
