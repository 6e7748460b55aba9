import { execa } from "execa";
import { join } from "node:path";
import { parsePostgresUrl, type PostgresUrl } from "../../lib/postgres-url.ts";
import { rubyWithGems, startPostgres, startRedis, type PostgresServer, type RedisServer } from "../database/database.ts";
import { forgetProgram, forgetServers, writeProgram, writeServers, type Servers } from "./place.ts";

/** What the servers are made from: nothing but what the deployment gave to Chatwoot. */
export interface Deployed {
  databaseUrl: string;
  redisUrl: string;
  /** The file in which this target's stand-in looks for the program of a command. */
  file: string;
  /** Whether the stand-in has the program also while no servers run. */
  keepsProgram: boolean;
  /** Whether a server that the stack has by itself runs; one of somebody else's always does. */
  isUp: (host: string) => boolean;
  /** Workers that run: each is a process that Sidekiq knows. */
  workers: readonly string[];
}

/** A port where nobody listens, as of a server that does not run. */
const nobody = 1;

/**
 * A real PostgreSQL and a real Redis with the users, passwords and database of the deployment, for as long as a command
 * runs. Nothing is kept.
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
    [`${database.host}:${database.port}`]: postgresServer?.port ?? nobody,
    [`${redis.hostname}:${redis.port || "6379"}`]: redisServer?.port ?? nobody,
  };
  writeServers(file, { ports, ruby, path: process.env["PATH"] ?? "/usr/bin:/bin" });
  writeProgram(file);
  return async () => {
    if (!keepsProgram) forgetProgram(file);
    forgetServers(file);
    await Promise.all([postgresServer?.stop(), redisServer?.stop()]);
  };
}

/** The newest migration of the schema, as far as `ops db` looks at it: which ones the image has is in the image. */
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

/** With what Sidekiq's processes write about themselves while they run. */
async function startJobs(password: string, workers: readonly string[]): Promise<RedisServer> {
  const server = await startRedis({ password, appendOnly: true });
  const beat = String(Date.now() / 1000);
  const commands = workers.flatMap((name) => [
    `SADD processes ${JSON.stringify(name)}`,
    `HSET ${JSON.stringify(name)} beat ${beat}`,
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
