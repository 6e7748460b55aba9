import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { connectToFacts, type FactsLimits } from "../../../components/chatwoot/facts/connection.ts";
import { compareTables, readTables } from "../../../components/chatwoot/facts/drift.ts";
import { migrateFacts, migrationNames, type MigrateOptions } from "../../../components/chatwoot/facts/migrate.ts";
import { startPostgres, type PostgresServer } from "../../../sandbox/database/database.ts";

const limits: FactsLimits = { statementTimeoutSeconds: 30, lockTimeoutSeconds: 1 };
const repeat = "pulumi up --stack test";

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server?.stop());

let count = 0;
let database: string;
beforeEach(async () => {
  database = `facts${count++}`;
  await server.sql(`CREATE DATABASE ${database}`, "postgres");
});

const sql = (text: string): Promise<string> => server.sql(text, database);
const url = (): string => server.address({ database });

async function migrate(options: MigrateOptions = {}) {
  const client = await connectToFacts(url(), limits, repeat);
  try {
    return await migrateFacts(client, repeat, options);
  } finally {
    await client.end();
  }
}

async function drift() {
  const client = await connectToFacts(url(), limits, repeat);
  try {
    return compareTables(await readTables(client)).map(({ table, problem }) => `${table} ${problem}`);
  } finally {
    await client.end();
  }
}

const tables = () =>
  sql("SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 1");

test("an empty database gets every table and index; a second run does nothing", async () => {
  expect(await migrate()).toEqual({ ran: migrationNames(), rebuilt: [], drift: [] });
  expect((await tables()).split("\n")).toEqual([
    "customer_grades",
    "dashboard_facts",
    "support_baseline",
    "support_facts_migrations",
  ]);
  expect(
    await sql(`SELECT string_agg(indexname, ' ' ORDER BY indexname) FROM pg_indexes WHERE indexname LIKE '%_at_idx'`),
  ).toBe("customer_grades_created_at_idx dashboard_facts_fact_type_recorded_at_idx");
  expect(await drift()).toEqual([]);
  expect(await migrate()).toEqual({ ran: [], rebuilt: [], drift: [] });
});

test.each(migrationNames().map((name, index) => [index, name]))(
  "from the version with %i migrations, the rest runs and rows are kept",
  async (done) => {
    if (done > 0) await migrate({ count: done });
    if (done > 0) await sql("INSERT INTO dashboard_facts (fact_type) VALUES ('kept')");
    expect((await migrate()).ran).toEqual(migrationNames().slice(done));
    expect(await sql("SELECT count(*) FROM dashboard_facts WHERE fact_type = 'kept'")).toBe(done > 0 ? "1" : "0");
  },
);

describe("existing tables", () => {
  test("the runbook's own baseline, and the consumer's tables with more columns, are adopted unchanged", async () => {
    await sql(`
      CREATE TABLE support_baseline (captured_at timestamp DEFAULT NOW(), success_rate numeric, avg_response_ms numeric,
        requests_per_minute numeric, daily_dlq_count integer);
      INSERT INTO support_baseline (success_rate) VALUES (99);
      CREATE TABLE dashboard_facts (id serial, shop text, fact_type varchar, value json, recorded_at timestamp, note text);
      CREATE INDEX own_name ON dashboard_facts (fact_type, recorded_at, id);
    `);
    expect((await migrate()).drift).toEqual([]);
    expect(await sql("SELECT success_rate FROM support_baseline")).toBe("99");
    expect(await sql("SELECT count(*) FROM information_schema.columns WHERE table_name = 'dashboard_facts'")).toBe("6");
  });

  test.each([
    [
      "a column is missing",
      "CREATE TABLE dashboard_facts (fact_type text, recorded_at timestamptz)",
      "dashboard_facts has no column value",
    ],
    [
      "a column has another type",
      "CREATE TABLE dashboard_facts (fact_type text, value text, recorded_at timestamptz)",
      "dashboard_facts has value as text, not as jsonb or json",
    ],
  ])("%s: reported and left unchanged", async (_, before, expected) => {
    await sql(before);
    const columns = "SELECT string_agg(attname, ' ') FROM pg_attribute WHERE attrelid = 'dashboard_facts'::regclass";
    const found = await sql(columns);
    await expect(migrate()).rejects.toThrow(expected);
    expect(await sql(columns)).toBe(found);
    await expect(migrate()).rejects.toThrow(/Then `pulumi up --stack test`\.$/);
  });

  test("a table that was dropped later is reported, with the fix", async () => {
    await migrate();
    await sql("DROP TABLE customer_grades");
    await expect(migrate()).rejects.toThrow(/customer_grades does not exist[^]*support_facts_migrations/);
    await sql("INSERT INTO dashboard_facts (fact_type) VALUES ('kept'); DELETE FROM support_facts_migrations");
    expect((await migrate()).drift).toEqual([]);
    expect(await sql("SELECT count(*) FROM dashboard_facts")).toBe("1");
  });
});

describe("half-applied", () => {
  test("an index whose creation was interrupted is rebuilt", async () => {
    await migrate({ count: 3 });
    await sql("INSERT INTO dashboard_facts (fact_type) SELECT 'a' FROM generate_series(1, 10)");
    await sql("CREATE INDEX dashboard_facts_fact_type_recorded_at_idx ON dashboard_facts (fact_type, recorded_at)");
    await sql(
      "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'dashboard_facts_fact_type_recorded_at_idx'::regclass",
    );
    expect(await drift()).toContain("dashboard_facts has no valid index on (fact_type, recorded_at)");
    expect((await migrate()).rebuilt).toEqual(["dashboard_facts_fact_type_recorded_at_idx"]);
    expect(await drift()).toEqual([]);
  });

  test("a run that ended between a table and its record runs that migration again", async () => {
    await migrate();
    await sql(
      "INSERT INTO dashboard_facts (fact_type) VALUES ('kept'); DELETE FROM support_facts_migrations WHERE id > 1",
    );
    expect((await migrate()).ran).toHaveLength(migrationNames().length - 1);
    expect(await sql("SELECT count(*) FROM dashboard_facts")).toBe("1");
  });
});

test("two parallel runs: one waits, both succeed, each migration runs once", async () => {
  const runs = await Promise.all([migrate(), migrate()]);
  expect(runs.flatMap(({ ran }) => ran).sort()).toEqual(migrationNames());
});

test("a lock of another session ends it in time, and leaves nothing half done", async () => {
  await migrate({ count: 3 });
  const other = await connectToFacts(url(), limits, repeat);
  await other.query("BEGIN; LOCK TABLE dashboard_facts IN ACCESS EXCLUSIVE MODE");
  const started = Date.now();
  await expect(migrate()).rejects.toThrow(/facts schema: another session holds a lock[^]*lockTimeoutSeconds/);
  expect(Date.now() - started).toBeLessThan(15_000);
  await other.query("ROLLBACK");
  await other.end();
  expect((await migrate()).drift).toEqual([]);
});

test("a user without the right to create is shown the grant", async () => {
  await sql("CREATE ROLE reader LOGIN PASSWORD 'planted-reader'");
  const client = await connectToFacts(
    server.address({ database, username: "reader", password: "planted-reader" }),
    limits,
    repeat,
  );
  await expect(migrateFacts(client, repeat)).rejects.toThrow(/GRANT CREATE, USAGE ON SCHEMA/);
  await client.end();
});

test("the facts are not readable with Supabase's public key", async () => {
  await sql("CREATE ROLE anon; ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON TABLES TO anon");
  await migrate();
  expect(
    await sql(
      "SELECT count(*) FROM information_schema.role_table_grants WHERE grantee = 'anon' AND table_name <> 'support_facts_migrations'",
    ),
  ).toBe("0");
});

describe("no connection", () => {
  const failure = (address: string): Promise<Error> =>
    connectToFacts(address, limits, repeat).then(
      () => expect.unreachable(),
      (error: unknown) => error as Error,
    );

  test.each([
    [
      "no listener",
      () => "postgresql://u:planted-password@127.0.0.1:1/facts",
      /database facts at 127.0.0.1:1: no connection: .*ECONNREFUSED/,
    ],
    [
      "the password is wrong",
      () => server.address({ database, password: "planted-password" }),
      /password authentication failed/,
    ],
    ["the database does not exist", () => server.address({ database: "planted-password" }), /does not exist/],
    [
      "TLS is required and not available",
      () => `${server.address({ password: "planted-password" })}?sslmode=require`,
      /does not support SSL/,
    ],
  ])("%s", async (_, address, expected) => {
    const { message } = await failure(address());
    expect(message).toMatch(expected);
    if (_ !== "the database does not exist") expect(message).not.toContain("planted-password");
    expect(message).toMatch(/`pulumi up --stack test`\.$/);
  });
});
