import { execa } from "execa";
import { join } from "node:path";
import { parsePostgresUrl, type PostgresUrl } from "../../lib/postgres-url.ts";
import {
  rubyWithGems,
  startPostgres,
  startRedis,
  type PostgresServer,
  type RedisServer,
} from "../database/database.ts";
import { forgetProgram, forgetServers, writeProgram, writeServers, type Servers } from "./place.ts";

/** The servers' configuration, taken only from what the deployment passes to Chatwoot. */
export interface Deployed {
  databaseUrl: string;
  redisUrl: string;
  /** The file that names the program for this target's stand-in. */
  file: string;
  /** Whether the file is kept while no servers run. */
  keepsProgram: boolean;
  /** Whether the stack's own server is running. An external server always is. */
  isUp: (host: string) => boolean;
  /** Running workers, each with a Sidekiq process entry. */
  workers: readonly string[];
}

/** A port without a listener, for a server that is not running. */
const closedPort = 1;

/**
 * Starts a real PostgreSQL and a real Redis with the deployment's users, passwords and database, until the command
 * finishes. Their data is not kept.
 */
export async function startServers({
  databaseUrl,
  redisUrl,
  file,
  keepsProgram,
  isUp,
  workers,
}: Deployed): Promise<() => Promise<void>> {
  const database = parsePostgresUrl(databaseUrl);
  const redis = new URL(redisUrl);
  const [{ ruby }, postgresServer, redisServer] = await Promise.all([
    rubyWithGems(),
    isUp(database.host) ? startDatabase(database) : undefined,
    isUp(redis.hostname) ? startJobs(decodeURIComponent(redis.password), workers) : undefined,
  ]);
  const ports: Servers["ports"] = {
    [`${database.host}:${database.port}`]: postgresServer?.port ?? closedPort,
    [`${redis.hostname}:${redis.port || "6379"}`]: redisServer?.port ?? closedPort,
  };
  writeServers(file, { ports, ruby, path: process.env["PATH"] ?? "/usr/bin:/bin" });
  writeProgram(file);
  return async () => {
    if (!keepsProgram) forgetProgram(file);
    forgetServers(file);
    await Promise.all([postgresServer?.stop(), redisServer?.stop()]);
  };
}

/** The part of the schema that `ops db` reads: the newest migration. The expected migrations are in the image. */
const schema = `
  CREATE TABLE schema_migrations (version varchar PRIMARY KEY);
  INSERT INTO schema_migrations VALUES ('20260101000000');
`;

async function startDatabase({ username, password, database }: PostgresUrl): Promise<PostgresServer> {
  const server = await startPostgres({ databases: [] });
  try {
    const user = quoted(username);
    await server.sql(`CREATE ROLE ${user} LOGIN PASSWORD '${password.replaceAll("'", "''")}';`);
    await server.sql(
      database === server.database
        ? `ALTER DATABASE postgres OWNER TO ${user};`
        : `CREATE DATABASE ${quoted(database)} OWNER ${user};`,
    );
    await server.sql(`SET ROLE ${user}; ${schema}`, database);
    return server;
  } catch (error) {
    await server.stop();
    throw error;
  }
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** Starts Redis with the entries of running Sidekiq processes and of their health checks. */
async function startJobs(password: string, workers: readonly string[]): Promise<RedisServer> {
  const server = await startRedis({ password, appendOnly: true });
  const beat = String(Date.now() / 1000);
  const commands = workers.flatMap((name) => [
    `SADD processes ${JSON.stringify(name)}`,
    `HSET ${JSON.stringify(name)} beat ${beat}`,
    `SET ${JSON.stringify(`SIDEKIQ::LIVENESS_PROBE_TIMESTAMP::${name}`)} ${beat} EX 600`,
  ]);
  try {
    await execa(join(server.binFolder, "redis-cli"), ["-p", String(server.port)], {
      env: { REDISCLI_AUTH: password },
      input: ["SADD queues default", ...commands, ""].join("\n"),
      timeout: 30_000,
    });
    return server;
  } catch (error) {
    await server.stop();
    throw error;
  }
}
