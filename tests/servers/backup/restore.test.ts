import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { waitUntil } from "kubernetes-sandbox/processes";
import { fingerprint } from "./fingerprint.ts";
import { ownerPassword, startRestoring, type Restoring } from "./restoring.ts";
import { app, messages } from "./support.ts";

let scene: Restoring;
beforeAll(async () => {
  scene = await startRestoring();
});
afterAll(() => scene?.stop());

describe("a dropped database", () => {
  test("is restored completely: rows, sequences, indexes, triggers", async () => {
    await scene.world.postgres.sql("DROP DATABASE chatwoot", "postgres");
    const address = await scene.freshDatabase("chatwoot");
    const output = await scene.restore(address, ["--yes", "--while-running"]);
    expect(output).toContain("88 tables (88 in the manifest)");
    expect(output).toMatch(new RegExp(` ${messages} +${messages}  public\\.messages\n`));
    expect(output).toContain("Every table has the rows of the dump.");
    expect(await fingerprint(scene.world.postgres, "chatwoot")).toEqual(scene.original);
    // Chatwoot's triggers continue where they stopped.
    const before = await scene.world.postgres.sql(
      "SELECT max(display_id) FROM conversations WHERE account_id = 3",
      "chatwoot",
    );
    const after = await scene.world.postgres.sql(
      "INSERT INTO conversations (account_id) VALUES (3) RETURNING display_id",
      "chatwoot",
    );
    expect(Number(after)).toBe(Number(before) + 1);
    expect(await scene.world.postgres.sql("SELECT count(*) FROM pg_namespace WHERE nspname = 'auth'", "chatwoot")).toBe(
      "0",
    );
  });

  test("is restored for an owner without superuser rights, and names the objects that need them", async () => {
    await scene.freshDatabase("owned", "owner");
    const address = scene.ownerAddress("owned");
    const output = await scene.restore(address, ["--yes"]);
    expect(output).toMatch(/Extension pg_stat_statements could not be created: permission denied/);
    expect(output).toContain("Every table has the rows of the dump.");
    expect(output).not.toContain(ownerPassword);
    expect(await fingerprint(scene.world.postgres, "owned")).toEqual(scene.original);
  });

  test("is restored for a user who may not create a schema, if the extensions exist", async () => {
    await scene.freshDatabase("lent");
    await scene.world.postgres.sql(
      "CREATE EXTENSION vector; CREATE EXTENSION pg_trgm; CREATE SCHEMA other; CREATE EXTENSION pgcrypto SCHEMA other;" +
        "CREATE EXTENSION pg_stat_statements; ALTER SCHEMA public OWNER TO owner",
      "lent",
    );
    const address = scene.ownerAddress("lent");
    expect(await scene.restore(address, ["--yes"])).toContain("Every table has the rows of the dump.");
    expect(await fingerprint(scene.world.postgres, "lent")).toEqual(scene.original);
  });

  test("is restored over several connections", async () => {
    const output = await scene.restore(await scene.freshDatabase("parallel"), ["--yes", "--jobs", "3"]);
    expect(output).toContain("Every table has the rows of the dump.");
    expect(await fingerprint(scene.world.postgres, "parallel")).toEqual(scene.original);
  });
});

test("prints a JSON summary", async () => {
  const address = await scene.freshDatabase("fresh");
  const planned = JSON.parse(await scene.restore(address, ["--json"], 2)) as object;
  expect(planned).toMatchObject({ stack: "staging", dump: `${app}/${scene.dumpName()}`, restored: false });
  const done = JSON.parse(await scene.restore(address, ["--json", "--yes"])) as { counts: object[] };
  expect(done).toMatchObject({ restored: true, whole: true, target: { database: "fresh" }, tables: 88 });
  expect(done.counts).toContainEqual({ table: "public.messages", inDump: messages, restored: messages });
});

describe("nothing changes", () => {
  test("without --yes", async () => {
    const output = await scene.restore(await scene.freshDatabase("fresh"), [], 2);
    expect(output).toContain(`${app}/${scene.dumpName()}`);
    expect(output).toContain("Nothing was changed. Run again with --yes to restore.");
    expect(await fingerprint(scene.world.postgres, "fresh")).toEqual([""]);
  });

  const held = async (): Promise<string> => {
    const address = await scene.freshDatabase("held");
    await scene.world.postgres.sql("CREATE TABLE precious (id integer); INSERT INTO precious VALUES (42);", "held");
    return address;
  };
  const isHeld = async (): Promise<void> =>
    expect(await scene.world.postgres.sql("SELECT id FROM precious", "held")).toBe("42");

  test.each([
    [[], /held: already holds 1 tables, views and sequences in schema public \(precious;.*--replace --confirm held/],
    [["--replace"], /--confirm: is missing\. Use --confirm held/],
    [["--replace", "--confirm", "chatwoot"], /--confirm: does not match the database held/],
    [["--replace", "--confirm", "held", "--jobs", "2"], /--jobs: is not possible with --replace/],
  ])("in a database with content: %j", async (args, reason) => {
    expect(await scene.restore(await held(), ["--yes", ...args], 1)).toMatch(reason);
    await isHeld();
  });

  test("when a replacement fails midway", async () => {
    const address = await held();
    const broken = scene.program(
      "pg_restore",
      'case "$*" in *--file=-*) "$REAL" "$@" | head -c 9000000; exit 1;; esac; exec "$REAL" "$@"',
    );
    const output = await scene.restore(address, ["--yes", "--replace", "--confirm", "held"], 1, broken);
    expect(output).toContain("The target was not changed.");
    await isHeld();
  });

  test("when the database rejects a statement midway", async () => {
    const address = await held();
    // A function with the name of one in the dump, created by an event after the schema was emptied.
    await scene.world.postgres.sql(
      `CREATE FUNCTION refuse() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'planted refusal'; END $$;
       CREATE SCHEMA elsewhere; ALTER FUNCTION refuse() SET SCHEMA elsewhere;
       CREATE EVENT TRIGGER refuse ON ddl_command_end WHEN TAG IN ('CREATE TRIGGER') EXECUTE FUNCTION elsewhere.refuse();`,
      "held",
    );
    const output = await scene.restore(address, ["--yes", "--replace", "--confirm", "held"], 1);
    expect(output).toContain("planted refusal");
    expect(output).toContain("The target was not changed.");
    await isHeld();
  });

  test("except with --replace and the database's name: then only the dump is there", async () => {
    const address = await held();
    await scene.world.postgres.sql(
      `CREATE TYPE message_kind AS ENUM ('other'); CREATE FUNCTION leftover() RETURNS int LANGUAGE sql AS 'SELECT 1';
       CREATE VIEW looks AS SELECT * FROM precious; CREATE TABLE accounts (id int); CREATE EXTENSION pg_trgm;`,
      "held",
    );
    const output = await scene.restore(address, ["--yes", "--replace", "--confirm", "held"]);
    expect(output).toContain("ARE DELETED");
    expect(await fingerprint(scene.world.postgres, "held")).toEqual(scene.original);
  });

  test("while the app uses the target", async () => {
    const address = scene.world.postgres.address({ database: "chatwoot" });
    const args = ["--yes", "--replace", "--confirm", "chatwoot"];
    const output = await scene.restore(address, args, 1);
    const ids = scene.staging.fly.state().apps[app]!.machines.map(({ id }) => id);
    expect(output).toContain(`is the database of ${app}, whose machines are running`);
    expect(output).toContain(`  flyctl machine cordon ${ids.join(" ")} --app ${app}\n`);
    expect(output).toContain(`  flyctl machine stop ${ids.join(" ")} --app ${app}\n`);

    await scene.staging.flyctl("machine", "cordon", ...ids);
    await scene.staging.flyctl("machine", "stop", ...ids);
    const done = await scene.restore(address, args);
    expect(done).toContain("Every table has the rows of the dump.");
    expect(done).toMatch(/Next, migrate .*:\n {2}pulumi up --stack staging --replace 'urn:\S+::deployment-release'/);
    expect(await fingerprint(scene.world.postgres, "chatwoot")).toEqual(scene.original);
    await scene.staging.flyctl("machine", "start", ...ids);
  });

  test("when views of other schemas depend on the tables", async () => {
    const address = await held();
    await scene.world.postgres.sql(
      `CREATE SCHEMA reports; CREATE VIEW reports.all_of_it AS SELECT * FROM precious; ALTER TABLE precious ADD PRIMARY KEY (id);
       CREATE TABLE reports.notes (id integer REFERENCES public.precious);`,
      "held",
    );
    const output = await scene.restore(address, ["--yes", "--replace", "--confirm", "held"], 1);
    expect(output).toContain("that depend on the tables to delete: reports.all_of_it, reports.notes. Drop these views");
    await isHeld();
  });

  test.each(["SIGINT", "SIGKILL"] as const)("when %s ends it; the next run completes", async (signal) => {
    const address = await held();
    const reached = join(scene.folder, `reached-${signal}`);
    const slow = scene.program(
      "pg_restore",
      `case "$*" in *--file=-*) "$REAL" "$@" | head -c 9000000; touch ${reached}; exec sleep 20;; esac; exec "$REAL" "$@"`,
    );
    const kept = mkdtempSync(join(scene.folder, "tmp-"));
    const args = ["--yes", "--replace", "--confirm", "held"];
    const running = scene.staging.startOps(["restore", ...args], {
      env: { RESTORE_DATABASE_URL: address, TMPDIR: kept },
      programs: slow,
    });
    await waitUntil("the middle of it", () => Promise.resolve(existsSync(reached)), { limitMs: 60_000 });
    process.kill(signal === "SIGKILL" ? -running.pid! : running.pid!, signal);
    const { all, exitCode } = await running;
    if (signal === "SIGINT") {
      expect([exitCode, all]).toEqual([1, expect.stringContaining("stopped: received SIGINT")]);
      expect(all).toContain("The target was not changed.");
      expect(readdirSync(kept).filter((name) => name.startsWith("restore-"))).toEqual([]);
    }
    await isHeld();
    expect(await scene.restore(address, args)).toContain("Every table has the rows of the dump.");
    expect(await fingerprint(scene.world.postgres, "held")).toEqual(scene.original);
  });
});

test("no secret is on a command line of PostgreSQL's programs", async () => {
  const log = join(scene.folder, "arguments");
  const place = scene.program("psql", `echo "psql $*" >> ${log}; exec "$REAL" "$@"`);
  const real = join(scene.world.postgres.binFolder, "pg_restore");
  writeFileSync(join(place, "pg_restore"), `#!/bin/sh\necho "pg_restore $*" >> ${log}\nexec ${real} "$@"\n`);
  chmodSync(join(place, "pg_restore"), 0o755);
  await scene.restore(await scene.freshDatabase("fresh"), ["--yes"], 0, place);
  const seen = readFileSync(log, "utf8");
  expect(seen).toMatch(/^psql --no-psqlrc/m);
  expect(seen).toMatch(/^pg_restore .*--use-list/m);
  for (const secret of [scene.world.postgres.password, scene.world.s3.secretAccessKey, scene.world.s3.accessKeyId])
    expect(seen).not.toContain(secret);
});
