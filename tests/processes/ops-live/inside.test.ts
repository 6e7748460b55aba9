import { once } from "node:events";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { railsConsole } from "../../../ops/troubleshoot/console.ts";
import {
  databaseCommand,
  databaseSchema,
  judgeDatabase,
  routePendingMail,
} from "../../../ops/troubleshoot/database.ts";
import { judgeRedis, redisCommand, redisSchema } from "../../../ops/troubleshoot/redis.ts";
import {
  rubyWithGems,
  startPostgres,
  startRedis,
  type PostgresServer,
  type RedisServer,
} from "../../../sandbox/database/database.ts";
import { splitWords } from "flyctl-stand-in/shell-words";

/* The programs that check Redis and the database, run by a real Ruby against real servers, from the command itself. */

const folder = mkdtempSync(join(tmpdir(), "inside-"));
let redis: RedisServer;
let postgres: PostgresServer;
let path: string;

beforeAll(async () => {
  [redis, postgres] = await Promise.all([startRedis(), startPostgres()]);
  const { binFolder } = await rubyWithGems();
  // Bundler would search for Chatwoot's gems, which only its image has; Ruby's own gems are used instead.
  writeFileSync(join(folder, "bundle"), '#!/bin/sh\nshift\nexec "$@"\n');
  chmodSync(join(folder, "bundle"), 0o755);
  path = [folder, binFolder, process.env["PATH"]].join(delimiter);
  mkdirSync(join(folder, "db", "migrate"), { recursive: true });
  for (const name of ["20260101_first.rb", "20260102_second.rb"])
    writeFileSync(join(folder, "db", "migrate", name), "");
});
afterAll(async () => {
  await Promise.allSettled([redis?.stop(), postgres?.stop()]);
  rmSync(folder, { recursive: true, force: true });
});

function run(command: string, env: Record<string, string>) {
  const [program = "", ...args] = command.replace("/app/Gemfile", join(folder, "Gemfile")).split(" ");
  return execa(program, args, {
    env: { PATH: path, HOME: folder, ...env },
    extendEnv: false,
    reject: false,
    timeout: 60_000,
  });
}

async function answers(command: string, env: Record<string, string>): Promise<unknown> {
  const { exitCode, stdout, stderr } = await run(command, env);
  expect([exitCode, stderr]).toEqual([0, ""]);
  expect(stdout).not.toMatch(/planted-/);
  return JSON.parse(stdout);
}

const attention = (findings: { name: string; state: string }[]): string[] =>
  findings.filter(({ state }) => state === "attention").map(({ name }) => name);

const databaseEnvironment = (): Record<string, string> => ({
  POSTGRES_HOST: postgres.host,
  POSTGRES_PORT: String(postgres.port),
  POSTGRES_USERNAME: postgres.username,
  POSTGRES_PASSWORD: postgres.password,
  POSTGRES_DATABASE: postgres.database,
});
const readDatabase = async () => databaseSchema.parse(await answers(databaseCommand, databaseEnvironment()));

test("the commands are words split at blanks, as Fly splits them", () => {
  for (const command of [databaseCommand, redisCommand]) expect(splitWords(command)).toEqual(command.split(" "));
});

test("Redis, without persistence in this test", async () => {
  for (const env of [
    { REDIS_URL: redis.url },
    { REDIS_URL: `redis://127.0.0.1:${redis.port}`, REDIS_PASSWORD: redis.password },
  ]) {
    const facts = redisSchema.parse(await answers(redisCommand, env));
    expect(facts).toMatchObject({ maxBytes: 0, policy: "noeviction", evictedKeys: 0, appendOnly: false });
    expect(facts).toMatchObject({ listeners: 0, online: 0 });
    expect(facts.usedBytes).toBeGreaterThan(100_000);
    expect(attention(judgeRedis(facts, "staging", { processes: 1, restart: "" }))).toEqual(["append-only"]);
  }
});

test("Redis counts the listeners of web processes, and who has a websocket", async () => {
  const cli = (...args: string[]) =>
    execa(join(redis.binFolder, "redis-cli"), ["-p", String(redis.port), ...args], {
      env: { REDISCLI_AUTH: redis.password },
      timeout: 60_000,
    });
  const now = Math.floor(Date.now() / 1000);
  await cli("ZADD", "alfred:ONLINE_PRESENCE::1::USERS", String(now), "1", String(now - 600), "2");
  await cli("ZADD", "alfred:ONLINE_PRESENCE::1::CONTACTS", String(now), "9");
  // The listener of a web process, as the cable adapter of Rails opens it.
  const listener = cli("SUBSCRIBE", "_action_cable_internal");
  await once(listener.stdout, "data");
  const facts = redisSchema.parse(await answers(redisCommand, { REDIS_URL: redis.url }));
  listener.kill();
  await listener.catch(() => undefined);
  expect(facts).toMatchObject({ listeners: 1, online: 2 });
});

test("inbound mail that stays pending is counted after 10 minutes", async () => {
  expect((await readDatabase()).pendingMail).toBe(0);
  await postgres.sql(`CREATE TABLE action_mailbox_inbound_emails (status integer, created_at timestamp)`);
  // Rails stores times in UTC. Status 2 is delivered.
  const ago = (minutes: number) => `(now() AT TIME ZONE 'UTC') - interval '${minutes} minutes'`;
  await postgres.sql(
    `INSERT INTO action_mailbox_inbound_emails VALUES (0, ${ago(11)}), (0, ${ago(9)}), (2, ${ago(60)})`,
  );
  const facts = await readDatabase();
  await postgres.sql("DROP TABLE action_mailbox_inbound_emails");
  const finding = judgeDatabase(facts, "staging").find(({ name }) => name === "inbound mail");
  expect([facts.pendingMail, finding?.next]).toEqual([1, expect.stringContaining(routePendingMail)]);
});

test("a database: never migrated, behind the code, up to date, ahead of it", async () => {
  expect((await readDatabase()).migrations).toBeNull();
  await postgres.sql(
    "CREATE TABLE schema_migrations (version varchar PRIMARY KEY); INSERT INTO schema_migrations VALUES ('20260101')",
  );
  expect((await readDatabase()).migrations).toEqual({
    latest: "20260101",
    count: 1,
    pending: ["20260102"],
    unknown: [],
    codeKnown: true,
  });
  await postgres.sql("INSERT INTO schema_migrations VALUES ('20260102')");
  const facts = await readDatabase();
  expect(attention(judgeDatabase(facts, "staging"))).toEqual([]);
  expect(facts.maxConnections).toBe(97);
  expect(facts.tables.map(({ name }) => name)).toEqual(["schema_migrations"]);
  await postgres.sql("INSERT INTO schema_migrations VALUES ('20260103')");
  expect((await readDatabase()).migrations).toMatchObject({ pending: [], unknown: ["20260103"] });
});

test("an index whose build was interrupted", async () => {
  await postgres.sql("CREATE TABLE messages (sender int); INSERT INTO messages VALUES (1), (1)");
  await expect(postgres.sql("CREATE UNIQUE INDEX CONCURRENTLY on_sender ON messages (sender)")).rejects.toThrow();
  const { invalidIndexes } = await readDatabase();
  expect(invalidIndexes).toEqual([{ table: "messages", index: "on_sender", leftover: false }]);
});

test("a session with an open transaction is reported by its verb, and never by its text", async () => {
  const client = new pg.Client({ connectionString: postgres.url, application_name: "planted program" });
  await client.connect();
  await client.query("BEGIN");
  await client.query("SELECT 'planted-text'");
  const short = databaseCommand.replace(/%q\(([\w+/=]+)\)/, (_, program: string) => {
    const text = Buffer.from(program, "base64").toString().replace("LONG_SECONDS = 30", "LONG_SECONDS = 0");
    return `%q(${Buffer.from(text).toString("base64")})`;
  });
  const { longQueries } = databaseSchema.parse(await answers(short, databaseEnvironment()));
  await client.end();
  expect(longQueries).toMatchObject([{ state: "idle in transaction", verb: "SELECT", program: "planted program" }]);
});

/** A Rails console whose input is one write: the sandbox's, because only Chatwoot's image has Rails. */
async function write(text: string): Promise<string> {
  await postgres.sql("DROP TABLE IF EXISTS notes; CREATE TABLE notes (body text)");
  const console = fileURLToPath(new URL("../../../sandbox/inside/console.rb", import.meta.url));
  const rails = join(folder, "rails");
  writeFileSync(
    rails,
    `#!/bin/sh\nshift\n[ -z "$IRBRC" ] || export IRBRC_TEXT="$(cat $IRBRC)"\nexec ruby ${console} "$@"\n`,
  );
  chmodSync(rails, 0o755);
  const { exitCode, all } = await execa("sh", ["-c", text], {
    env: { PATH: path, HOME: folder, TMPDIR: folder, ...databaseEnvironment() },
    extendEnv: false,
    reject: false,
    all: true,
    input: `base = ActiveRecord::Base; base.connection.execute("INSERT INTO notes VALUES ('here')")\nexit\n`,
    timeout: 60_000,
  });
  expect({ exitCode, all }).toMatchObject({ exitCode: 0 });
  return await postgres.sql("SELECT body FROM notes");
}

test("a console writes", async () => expect(await write(railsConsole(false))).toBe("here"));
test("a console with --sandbox undoes what it writes", async () => expect(await write(railsConsole(true))).toBe(""));
test("Rails' own --sandbox undoes nothing, because the boot has checked its connection out", async () =>
  expect(await write("exec bundle exec rails console --sandbox")).toBe("here"));

test.each<[string, string, () => Record<string, string>]>([
  ["a wrong Redis password", redisCommand, () => ({ REDIS_URL: `redis://:planted-wrong@127.0.0.1:${redis.port}` })],
  ["no Redis", redisCommand, () => ({ REDIS_URL: "redis://:planted-wrong@127.0.0.1:1" })],
  [
    "a wrong database password",
    databaseCommand,
    () => ({ ...databaseEnvironment(), POSTGRES_PASSWORD: "planted-wrong" }),
  ],
  ["no database", databaseCommand, () => ({ ...databaseEnvironment(), POSTGRES_PORT: "1" })],
])("ends with an error and without the password: %s", async (_, command, env) => {
  const { stdout, stderr, exitCode } = await run(command, env());
  expect(exitCode).not.toBe(0);
  expect(stdout).toBe("");
  expect(stderr).not.toBe("");
  expect(stderr).not.toMatch(/planted-/);
});
