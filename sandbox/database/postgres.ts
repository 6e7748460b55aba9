import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { execa } from "execa";
import { formatPostgresUrl, type PostgresUrl } from "../../lib/postgres-url.ts";
import { freePort } from "kubernetes-sandbox/processes";
import { createData } from "./new-data.ts";
import { programs, type ProgramOptions } from "./programs.ts";
import { newServer, handOver, type ServerProcess } from "./server-process.ts";
import { postgresWithVector, type PostgresFolders, type VectorSupport } from "./vector-stand-in.ts";

export interface PostgresOptions extends ProgramOptions {
  /** Databases to create, owned by the superuser. `url` contains the first. Default: chatwoot. */
  readonly databases?: readonly string[];
  /** Settings in postgresql.conf. */
  readonly settings?: Readonly<Record<string, string | number>>;
  /** The extension `vector`. Default: as in the installed server; Debian's has none. */
  readonly vector?: VectorSupport;
}

export interface PostgresServer extends PostgresUrl {
  /** Address of the first database, as the superuser. */
  readonly url: string;
  /** Folder for PATH with psql, pg_dump and the other clients in the server's version. */
  readonly binFolder: string;
  /** The address with other parts. */
  address(parts: Partial<Pick<PostgresUrl, "database" | "username" | "password">>): string;
  /** Runs SQL as the superuser and returns its output, unaligned and without headings. */
  sql(text: string, database?: string): Promise<string>;
  stop(): Promise<void>;
}

/** The data is disposable, so nothing needs to reach the disk. */
export const defaults = {
  fsync: "off",
  full_page_writes: "off",
  synchronous_commit: "off",
  jit: "off",
  shared_buffers: "16MB",
  listen_addresses: "127.0.0.1",
  unix_socket_directories: "",
  log_timezone: "GMT",
  timezone: "GMT",
};

const superuser = "postgres";
const commandLimitMs = 60_000;

/** The installed server program, or a copy with another `vector`. */
async function serverProgram(server: ServerProcess, binFolder: string, vector: VectorSupport | undefined) {
  if (vector === undefined) return join(binFolder, "postgres");
  const ask = async (name: keyof PostgresFolders) =>
    (await execa(join(binFolder, "pg_config"), [`--${name}`], { timeout: commandLimitMs, stdin: "ignore" })).stdout;
  const [bindir, sharedir, pkglibdir] = await Promise.all([ask("bindir"), ask("sharedir"), ask("pkglibdir")]);
  const root = join(server.folder, "installation");
  const program = postgresWithVector(root, { bindir, sharedir, pkglibdir }, vector);
  handOver(server, root);
  return program;
}

/** A new, empty PostgreSQL on a free port of 127.0.0.1. It stops at the latest with this process. */
export async function startPostgres(options: PostgresOptions = {}): Promise<PostgresServer> {
  const { databases = ["chatwoot"], settings, vector } = options;
  const { binFolder, environment } = await programs("postgresql", options);
  const server = newServer("postgres");
  try {
    const password = randomBytes(18).toString("base64url");
    const data = join(server.folder, "data");
    await createData(data, { binFolder, run: server.run, username: superuser, password, databases });
    const port = await freePort();
    const flags = Object.entries({ ...defaults, port, ...settings }).flatMap(([key, value]) => [
      "-c",
      `${key}=${value}`,
    ]);
    const ready = ["-h", "127.0.0.1", "-p", String(port), "-U", superuser, "-d", "postgres", "-t", "2"];
    await server.start([await serverProgram(server, binFolder, vector), "-D", data, ...flags], {
      stopSignal: "INT",
      environment,
      isReady: async () =>
        (await execa(join(binFolder, "pg_isready"), ready, { ...server.run, reject: false, timeout: 5_000 }))
          .exitCode === 0,
    });

    const own: PostgresUrl = {
      host: "127.0.0.1",
      port,
      username: superuser,
      password,
      database: databases[0] ?? "postgres",
    };
    const sql = async (text: string, database = own.database): Promise<string> => {
      const args = ["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", own.host, "-p", String(port)];
      const { stdout } = await execa(join(binFolder, "psql"), [...args, "-U", superuser, "-d", database, "-f", "-"], {
        ...server.run,
        env: { ...server.run.env, PGPASSWORD: password },
        input: text,
        timeout: commandLimitMs,
      });
      return stdout;
    };
    const address: PostgresServer["address"] = (parts) => formatPostgresUrl({ ...own, ...parts });
    return { ...own, url: address({}), binFolder, address, sql, stop: () => server.stop() };
  } catch (error) {
    await server.stop();
    throw error;
  }
}
