import { execa } from "execa";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startPgBouncer, startPostgres, type PostgresServer } from "../../../sandbox/database/database.ts";
import { startProcess } from "./processes.ts";
import { runPreparation, type PreparationRun } from "./preparation-run.ts";

/** Every character with a meaning in an address. */
const password = "planted p@ss/w%rd:#?&+é";
const roles = ["plain", "owner", "hosted"] as const;
const everything = ["exec rails db:chatwoot_prepare", "exec rails runner /app/bootstrap.rb"];

let withVector: PostgresServer;
let withoutVector: PostgresServer;

/** A superuser, a database owner, a user with only CONNECT, and a host's administrator. */
async function addRoles(server: PostgresServer): Promise<void> {
  for (const role of roles) await server.sql(`CREATE ROLE ${role} LOGIN PASSWORD '${password}'`);
  await server.sql("CREATE ROLE rds_superuser; GRANT rds_superuser TO hosted; GRANT CREATE ON SCHEMA public TO hosted");
  await server.sql("CREATE DATABASE owned OWNER owner", "postgres");
}

beforeAll(async () => {
  [withVector, withoutVector] = await Promise.all([
    startPostgres({ vector: "untrusted" }),
    startPostgres({ vector: "absent" }),
  ]);
  await Promise.all([addRoles(withVector), addRoles(withoutVector)]);
});

afterAll(async () => {
  await Promise.all([withVector?.stop(), withoutVector?.stop()]);
});

interface As {
  username?: string;
  database?: string;
  password?: string;
}

async function prepare(
  server: PostgresServer,
  as: As = {},
  more: Record<string, string> = {},
): Promise<PreparationRun> {
  const who = as.username !== undefined && as.password === undefined ? { ...as, password } : as;
  const run = await runPreparation({
    binFolder: server.binFolder,
    env: { DATABASE_URL: server.address(who), ...more },
  });
  for (const secret of [server.password, password, encodeURIComponent(password)])
    expect(run.output).not.toContain(secret);
  return run;
}

/** The same with the address in parts, as web and worker get it too. */
async function prepareByParts(server: PostgresServer, username: string, database: string): Promise<PreparationRun> {
  return await runPreparation({
    binFolder: server.binFolder,
    env: {
      POSTGRES_HOST: server.host,
      POSTGRES_PORT: String(server.port),
      POSTGRES_USERNAME: username,
      POSTGRES_PASSWORD: password,
      POSTGRES_DATABASE: database,
      PGSSLMODE: "disable",
    },
  });
}

/** Everything that is defined in a database. */
async function schemaOf(server: PostgresServer, database: string): Promise<string> {
  const url = server.address({ database });
  const { stdout } = await execa(join(server.binFolder, "pg_dump"), ["--schema-only", url], { timeout: 60_000 });
  // Newer versions frame a dump with a random word.
  return stdout.replace(/^\\(un)?restrict .*$/gm, "");
}

describe("the migration runs on a suitable database", () => {
  test("for a superuser, who may create everything", async () => {
    const { exitCode, output, rails } = await prepare(withVector);
    expect({ exitCode, output, rails }).toEqual({ exitCode: 0, output: "database check: done", rails: everything });
  });

  test("for the owner of a database in which a superuser has created what only a superuser may create", async () => {
    await withVector.sql("CREATE DATABASE ready OWNER owner", "postgres");
    await withVector.sql("CREATE EXTENSION vector; CREATE EXTENSION pg_stat_statements", "ready");
    expect(await prepare(withVector, { username: "owner", database: "ready" })).toMatchObject({ rails: everything });
    expect(await prepareByParts(withVector, "owner", "ready")).toMatchObject({ exitCode: 0, rails: everything });
  });

  test("for a host's administrator without superuser rights", async () => {
    expect(await prepare(withVector, { username: "hosted" })).toMatchObject({ exitCode: 0, rails: everything });
  });

  test("for any user, on a server that creates listed extensions for all, as Supabase does", async () => {
    const server = await startPostgres({
      vector: "untrusted",
      settings: { "supautils.privileged_extensions": "pgaudit, pg_stat_statements, vector" },
    });
    try {
      await addRoles(server);
      expect(await prepare(server, { username: "owner", database: "owned" })).toMatchObject({ rails: everything });
    } finally {
      await server.stop();
    }
  });

  test("with an address that has parameters unknown to psql", async () => {
    const url = `${withVector.url}?sslmode=disable&prepared_statements=false`;
    const run = await runPreparation({ binFolder: withVector.binFolder, env: { DATABASE_URL: url } });
    expect(run).toMatchObject({ exitCode: 0, rails: everything });
  });
});

describe("Rails does not start, and nothing changes", () => {
  test("on a server without vector, which is named with the fix", async () => {
    const before = await schemaOf(withoutVector, "chatwoot");
    expect(await prepare(withoutVector)).toEqual({
      exitCode: 1,
      output: [
        "database check: the database has 1 problem; nothing was changed:",
        "  vector: is missing on the server. Use a PostgreSQL that has pgvector, or have it installed there.",
      ].join("\n"),
      rails: [],
    });
    expect(await schemaOf(withoutVector, "chatwoot")).toBe(before);
  });

  test("for an owner who may not create what only a superuser may: each with its statement", async () => {
    const before = await schemaOf(withVector, "owned");
    const run = await prepare(withVector, { username: "owner", database: "owned" });
    expect(run).toMatchObject({ exitCode: 1, rails: [] });
    expect(run.output.split("\n")).toEqual([
      "database check: the database has 2 problems; nothing was changed:",
      ...["pg_stat_statements", "vector"].map(
        (name) =>
          `  ${name}: is not created yet, and the role owner may not do it. ` +
          `Have a superuser run in database owned: CREATE EXTENSION ${name};`,
      ),
    ]);
    expect(await schemaOf(withVector, "owned")).toBe(before);
  });

  test("the printed statements fix it", async () => {
    const { output } = await prepare(withVector, { username: "plain" });
    const statements = [...output.matchAll(/in database chatwoot: (.*;)$/gm)].map(([, statement]) => statement);
    expect(statements).toHaveLength(5);
    await withVector.sql("CREATE DATABASE remedied", "postgres");
    for (const statement of statements) await withVector.sql(statement as string, "remedied");
    expect(await prepare(withVector, { username: "plain", database: "remedied" })).toMatchObject({ rails: everything });
  });

  test("all problems are reported together", async () => {
    const { output } = await prepare(withoutVector, { username: "plain" });
    const named = [...output.matchAll(/^ {2}(\w+): /gm)].map(([, name]) => name);
    expect(named).toEqual(["vector", "pg_stat_statements", "pg_trgm", "pgcrypto", "public"]);
  });

  test("on a replica", async () => {
    await withVector.sql("CREATE DATABASE reading", "postgres");
    await withVector.sql("ALTER DATABASE reading SET default_transaction_read_only = on", "postgres");
    const { output, rails } = await prepare(withVector, { database: "reading" });
    expect(output).toContain(
      "server: accepts no writes: it is a replica, or read-only by its settings. Use the address of the primary.",
    );
    expect(rails).toEqual([]);
  });

  test("on Azure, whose list does not allow every extension", async () => {
    await withVector.sql("CREATE DATABASE azure", "postgres");
    await withVector.sql(
      "ALTER DATABASE azure SET azure.extensions = 'PG_TRGM,PGCRYPTO, pg_stat_statements'",
      "postgres",
    );
    const { output, rails } = await prepare(withVector, { database: "azure" });
    expect(output.split("\n").slice(1)).toEqual([
      "  vector: is not allowed on the server. Add it to the server parameter azure.extensions.",
    ]);
    expect(rails).toEqual([]);
    await withVector.sql(
      "ALTER DATABASE azure SET azure.extensions = 'PG_TRGM,PGCRYPTO,VECTOR,pg_stat_statements'",
      "postgres",
    );
    expect(await prepare(withVector, { database: "azure" })).toMatchObject({ exitCode: 0 });
  });

  test("in a database without its schema", async () => {
    await withVector.sql("CREATE DATABASE bare", "postgres");
    await withVector.sql("DROP SCHEMA public", "bare");
    const { output, rails } = await prepare(withVector, { database: "bare" });
    expect(output).toContain("public: there is no such schema. Have it made in database bare: CREATE SCHEMA public;");
    expect(rails).toEqual([]);
  });

  test("on a server that is too old", async () => {
    const run = await runPreparation({
      binFolder: withVector.binFolder,
      env: { DATABASE_URL: withVector.url },
      // Simulates a later minimum version.
      sql: (text) => text.replace("130000", "990000"),
    });
    expect(run).toMatchObject({ exitCode: 1, rails: [] });
    expect(run.output).toMatch(/server: is PostgreSQL \d+.*\. Upgrade it to 13 or newer\./);
  });
});

describe("an unavailable database", () => {
  test("rejects the password, which is not shown", async () => {
    const run = await prepare(withVector, { username: "owner", password: "planted%wrong" });
    expect(run).toMatchObject({ exitCode: 1, rails: [] });
    expect(run.output).toContain('password authentication failed for user "owner"');
    expect(run.output).not.toContain("planted");
  });

  test("has no database of this name", async () => {
    const run = await prepare(withVector, { database: "nowhere" });
    expect(run).toMatchObject({ exitCode: 1, rails: [] });
    expect(run.output).toContain('database "nowhere" does not exist');
  });

  test("lacks TLS although the settings require it", async () => {
    const run = await prepare(withVector, {}, { PGSSLMODE: "require" });
    expect(run).toMatchObject({ exitCode: 1, rails: [] });
    expect(run.output).toContain("SSL");
  });

  test("does not answer, and is retried before the failure is reported", async () => {
    const url = "postgresql://app:planted-password@127.0.0.1:1/chatwoot";
    const started = performance.now();
    const run = await runPreparation({ binFolder: withVector.binFolder, env: { DATABASE_URL: url } });
    expect(performance.now() - started).toBeGreaterThan(9_000);
    expect(run).toMatchObject({ exitCode: 1, rails: [] });
    expect(run.output).toContain("Connection refused");
    expect(run.output).not.toContain("planted");
  });

  test("has an invalid address, which is not shown", async () => {
    const url = "postgresql://app:planted|password@[::/chatwoot";
    const run = await runPreparation({ binFolder: withVector.binFolder, env: { DATABASE_URL: url } });
    expect(run).toMatchObject({ exitCode: 1, rails: [] });
    expect(run.output).toContain("DATABASE_URL is not a valid address.");
    expect(run.output).not.toContain("planted");
  });

  test("is behind Supabase's pooler, which does not know the project: with the fix", async () => {
    const binFolder = mkdtempSync(join(tmpdir(), "chatwoot-pooler-"));
    try {
      // What psql prints of the pooler's answer.
      const answer = `psql: error: connection to server at "aws-0-eu-central-1.pooler.supabase.com", port 5432 failed: FATAL:  Tenant or user not found`;
      writeFileSync(join(binFolder, "psql"), `#!/bin/sh\necho '${answer}' >&2\nexit 2\n`);
      chmodSync(join(binFolder, "psql"), 0o755);
      const url = "postgresql://postgres.abc:planted-password@aws-0-eu-central-1.pooler.supabase.com:5432/postgres";
      const run = await runPreparation({ binFolder, env: { DATABASE_URL: url } });
      expect(run).toMatchObject({ exitCode: 1, rails: [] });
      expect(run.output.split("\n")).toEqual([
        "database check: the database cannot be read; nothing was changed.",
        answer,
        "Host, region and user of this Supabase address do not belong together, or the project is paused. Copy the address again from Connect in the dashboard.",
      ]);
    } finally {
      rmSync(binFolder, { recursive: true, force: true });
    }
  });

  test("is behind a pooler without free connections: with the fix", async () => {
    const pooler = await startPgBouncer({ upstream: withVector, poolMode: "session", maxClients: 3, poolSize: 3 });
    const app = await startProcess(pooler.url, "web", 3);
    try {
      const run = await runPreparation({ binFolder: withVector.binFolder, env: { DATABASE_URL: pooler.url } });
      expect(run).toMatchObject({ exitCode: 1, rails: [] });
      expect(run.output).toContain("no more connections allowed (max_client_conn)");
      expect(run.output).toContain("docs/fly/maintenance.md");
    } finally {
      await app.stop();
      await pooler.stop();
    }
  });
});
