import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { waitUntil } from "../../sandbox/cluster/wait.ts";
import { deployWithBackup, type Deployed } from "./deployed.ts";
import { fingerprint } from "./fingerprint.ts";
import { app, bucket, startBackup, startWorld, type World } from "./support.ts";

let world: World;
let staging: Deployed;
let folder: string;
/** What the database was when it was dumped. */
let original: string[];

beforeAll(async () => {
  world = await startWorld();
  folder = mkdtempSync(join(tmpdir(), "restore-test-"));
  [staging] = await Promise.all([deployWithBackup(world), startBackup(world)]);
  original = await fingerprint(world.postgres, "chatwoot");
  // As Supabase limits its roles, so that a count of rows can take longer than the role may.
  await world.postgres.sql(
    "CREATE ROLE owner LOGIN PASSWORD 'planted-owner-password'; ALTER ROLE owner SET statement_timeout = '100ms'",
    "postgres",
  );
});
afterAll(async () => {
  await staging?.dispose();
  await world?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const objects = (): string[] => readdirSync(join(world.s3.bucketFolder(bucket), app));
const object = (name: string): string => join(world.s3.bucketFolder(bucket), app, name);
const dumpName = (): string => objects().find((name) => name.endsWith(".dump"))!;

async function freshDatabase(name: string, owner = "postgres"): Promise<string> {
  await world.postgres.sql(`DROP DATABASE IF EXISTS ${name};`, "postgres");
  await world.postgres.sql(`CREATE DATABASE ${name} OWNER ${owner};`, "postgres");
  return world.postgres.address({ database: name });
}

const restore = (address: string, args: string[] = [], exit = 0, programs?: string): Promise<string> =>
  staging.ops(["restore", ...args], {
    exit,
    env: { RESTORE_DATABASE_URL: address },
    ...(programs === undefined ? {} : { programs }),
  });

function program(name: string, script: string): string {
  const place = mkdtempSync(join(folder, "programs-"));
  writeFileSync(join(place, name), `#!/bin/sh\nREAL=${join(world.postgres.binFolder, name)}\n${script}\n`);
  chmodSync(join(place, name), 0o755);
  return place;
}

describe("a database that was dropped", () => {
  it("comes back whole: rows, sequences, indexes, triggers", async () => {
    await world.postgres.sql("DROP DATABASE chatwoot", "postgres");
    const address = await freshDatabase("chatwoot");
    const said = await restore(address, ["--yes", "--while-running"]);
    expect(said).toContain("88 tables (88 in the manifest)");
    expect(said).toMatch(/ 100000 +100000 {2}public\.messages\n/);
    expect(said).toContain("Every table has the rows of the dump.");
    expect(await fingerprint(world.postgres, "chatwoot")).toEqual(original);
    // What Chatwoot's triggers do goes on where it stopped.
    const before = await world.postgres.sql(
      "SELECT max(display_id) FROM conversations WHERE account_id = 3",
      "chatwoot",
    );
    const after = await world.postgres.sql(
      "INSERT INTO conversations (account_id) VALUES (3) RETURNING display_id",
      "chatwoot",
    );
    expect(Number(after)).toBe(Number(before) + 1);
    expect(await world.postgres.sql("SELECT count(*) FROM pg_namespace WHERE nspname = 'auth'", "chatwoot")).toBe("0");
  });

  it("comes back for an owner who is no superuser, with what that one may not make by name", async () => {
    await freshDatabase("owned", "owner");
    const address = world.postgres.address({
      database: "owned",
      username: "owner",
      password: "planted-owner-password",
    });
    const said = await restore(address, ["--yes"]);
    expect(said).toMatch(/Extension pg_stat_statements could not be made: permission denied/);
    expect(said).toContain("Every table has the rows of the dump.");
    expect(said).not.toContain("planted-owner-password");
    expect(await fingerprint(world.postgres, "owned")).toEqual(original);
  });

  it("comes back for a user who may not even make a schema, where the extensions are there", async () => {
    await freshDatabase("lent");
    await world.postgres.sql(
      "CREATE EXTENSION vector; CREATE EXTENSION pg_trgm; CREATE SCHEMA other; CREATE EXTENSION pgcrypto SCHEMA other;" +
        "CREATE EXTENSION pg_stat_statements; ALTER SCHEMA public OWNER TO owner",
      "lent",
    );
    const password = "planted-owner-password";
    const address = world.postgres.address({ database: "lent", username: "owner", password });
    expect(await restore(address, ["--yes"])).toContain("Every table has the rows of the dump.");
    expect(await fingerprint(world.postgres, "lent")).toEqual(original);
  });

  it("comes back over several connections", async () => {
    const said = await restore(await freshDatabase("parallel"), ["--yes", "--jobs", "3"]);
    expect(said).toContain("Every table has the rows of the dump.");
    expect(await fingerprint(world.postgres, "parallel")).toEqual(original);
  });
});

it("tells machines what it did", async () => {
  const address = await freshDatabase("fresh");
  const planned = JSON.parse(await restore(address, ["--json"], 2)) as object;
  expect(planned).toMatchObject({ stack: "staging", dump: `${app}/${dumpName()}`, restored: false });
  const done = JSON.parse(await restore(address, ["--json", "--yes"])) as { counts: object[] };
  expect(done).toMatchObject({ restored: true, whole: true, target: { database: "fresh" }, tables: 88 });
  expect(done.counts).toContainEqual({ table: "public.messages", inDump: 100_000, restored: 100_000 });
});

describe("nothing is changed", () => {
  it("without --yes", async () => {
    const said = await restore(await freshDatabase("fresh"), [], 2);
    expect(said).toContain(`${app}/${dumpName()}`);
    expect(said).toContain("Nothing was changed. Give --yes to restore.");
    expect(await fingerprint(world.postgres, "fresh")).toEqual([""]);
  });

  const held = async (): Promise<string> => {
    const address = await freshDatabase("held");
    await world.postgres.sql("CREATE TABLE precious (id integer); INSERT INTO precious VALUES (42);", "held");
    return address;
  };
  const isHeld = async (): Promise<void> =>
    expect(await world.postgres.sql("SELECT id FROM precious", "held")).toBe("42");

  it.each([
    [[], /held: holds 1 tables, views and sequences in schema public already \(precious;.*--replace --confirm held/],
    [["--replace"], /--confirm: is missing\. Give --confirm held/],
    [["--replace", "--confirm", "chatwoot"], /--confirm: does not name the database held/],
    [["--replace", "--confirm", "held", "--jobs", "2"], /--jobs: cannot replace anything safely/],
  ])("in a database that holds something: %j", async (args, reason) => {
    expect(await restore(await held(), ["--yes", ...args], 1)).toMatch(reason);
    await isHeld();
  });

  it("when a replacement fails in the middle", async () => {
    const address = await held();
    const broken = program(
      "pg_restore",
      'case "$*" in *--file=-*) "$REAL" "$@" | head -c 9000000; exit 1;; esac; exec "$REAL" "$@"',
    );
    const said = await restore(address, ["--yes", "--replace", "--confirm", "held"], 1, broken);
    expect(said).toContain("Nothing was changed in the target.");
    await isHeld();
  });

  it("when the database refuses a statement in the middle", async () => {
    const address = await held();
    // A function of the dump's own name that an event makes, after the schema was emptied.
    await world.postgres.sql(
      `CREATE FUNCTION refuse() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'planted refusal'; END $$;
       CREATE SCHEMA elsewhere; ALTER FUNCTION refuse() SET SCHEMA elsewhere;
       CREATE EVENT TRIGGER refuse ON ddl_command_end WHEN TAG IN ('CREATE TRIGGER') EXECUTE FUNCTION elsewhere.refuse();`,
      "held",
    );
    const said = await restore(address, ["--yes", "--replace", "--confirm", "held"], 1);
    expect(said).toContain("planted refusal");
    expect(said).toContain("Nothing was changed in the target.");
    await isHeld();
  });

  it("but by --replace and the database's name: then only the dump is there", async () => {
    const address = await held();
    await world.postgres.sql(
      `CREATE TYPE message_kind AS ENUM ('other'); CREATE FUNCTION leftover() RETURNS int LANGUAGE sql AS 'SELECT 1';
       CREATE VIEW looks AS SELECT * FROM precious; CREATE TABLE accounts (id int); CREATE EXTENSION pg_trgm;`,
      "held",
    );
    const said = await restore(address, ["--yes", "--replace", "--confirm", "held"]);
    expect(said).toContain("ARE DELETED");
    expect(await fingerprint(world.postgres, "held")).toEqual(original);
  });

  it("while the app works on the target", async () => {
    const address = world.postgres.address({ database: "chatwoot" });
    const args = ["--yes", "--replace", "--confirm", "chatwoot"];
    const said = await restore(address, args, 1);
    const ids = staging.fly.state().apps[app]!.machines.map(({ id }) => id);
    expect(said).toContain(`is the database of ${app}, whose machines are running`);
    expect(said).toContain(`  flyctl machine cordon ${ids.join(" ")} --app ${app}\n`);
    expect(said).toContain(`  flyctl machine stop ${ids.join(" ")} --app ${app}\n`);

    await staging.flyctl("machine", "cordon", ...ids);
    await staging.flyctl("machine", "stop", ...ids);
    const done = await restore(address, args);
    expect(done).toContain("Every table has the rows of the dump.");
    expect(done).toMatch(/Afterwards, .*:\n {2}pulumi up --stack staging --replace 'urn:\S+::deployment-release'/);
    expect(await fingerprint(world.postgres, "chatwoot")).toEqual(original);
    await staging.flyctl("machine", "start", ...ids);
  });

  it("where views of other schemas would go with the tables", async () => {
    const address = await held();
    await world.postgres.sql(
      `CREATE SCHEMA reports; CREATE VIEW reports.all_of_it AS SELECT * FROM precious; ALTER TABLE precious ADD PRIMARY KEY (id);
       CREATE TABLE reports.notes (id integer REFERENCES public.precious);`,
      "held",
    );
    const said = await restore(address, ["--yes", "--replace", "--confirm", "held"], 1);
    expect(said).toContain("that depend on what would be deleted: reports.all_of_it, reports.notes. Drop those views");
    await isHeld();
  });

  it.each(["SIGINT", "SIGKILL"] as const)("when it is ended by %s; the next run does it all", async (signal) => {
    const address = await held();
    const reached = join(folder, `reached-${signal}`);
    const slow = program(
      "pg_restore",
      `case "$*" in *--file=-*) "$REAL" "$@" | head -c 9000000; touch ${reached}; exec sleep 20;; esac; exec "$REAL" "$@"`,
    );
    const kept = mkdtempSync(join(folder, "tmp-"));
    const args = ["--yes", "--replace", "--confirm", "held"];
    const running = staging.startOps(["restore", ...args], {
      env: { RESTORE_DATABASE_URL: address, TMPDIR: kept },
      programs: slow,
    });
    await waitUntil("the middle of it", () => Promise.resolve(existsSync(reached)), { limitMs: 60_000 });
    process.kill(signal === "SIGKILL" ? -running.pid! : running.pid!, signal);
    const { all, exitCode } = await running;
    if (signal === "SIGINT") {
      expect([exitCode, all]).toEqual([1, expect.stringContaining("it was stopped: told to by SIGINT")]);
      expect(all).toContain("Nothing was changed in the target.");
      expect(readdirSync(kept).filter((name) => name.startsWith("restore-"))).toEqual([]);
    }
    await isHeld();
    expect(await restore(address, args)).toContain("Every table has the rows of the dump.");
    expect(await fingerprint(world.postgres, "held")).toEqual(original);
  });
});

describe("a dump that is not what it was", () => {
  /** One more dump, newer than the good one, and broken by `change`. */
  function spoiled(change: (dump: string) => void): { name: string; remove: () => void } {
    const name = "chatwoot-20991231T235959Z.dump";
    copyFileSync(object(dumpName()), object(name));
    const manifest = JSON.parse(readFileSync(object(dumpName().replace(/dump$/, "json")), "utf8")) as object;
    writeFileSync(object(name.replace(/dump$/, "json")), JSON.stringify({ ...manifest, dump: `${app}/${name}` }));
    change(object(name));
    return {
      name,
      remove: () => [name, name.replace(/dump$/, "json")].forEach((each) => rmSync(object(each), { force: true })),
    };
  }

  it.each<[string, (dump: string) => void, RegExp]>([
    ["cut off", (dump) => truncateSync(dump, 5_000_000), /has 5000000 bytes in the bucket, and its manifest says \d+/],
    [
      "changed",
      (dump) => {
        const content = readFileSync(dump);
        content[content.length >> 1]! ^= 1;
        writeFileSync(dump, content);
      },
      /is not what its manifest says: the checksums differ/,
    ],
    [
      "described by something else",
      (dump) => writeFileSync(dump.replace(/dump$/, "json"), '{"format":2}'),
      /is not one that this version writes/,
    ],
  ])("%s: refused", async (_, change, reason) => {
    const { remove } = spoiled(change);
    try {
      expect(await restore(await freshDatabase("fresh"), ["--yes"], 1)).toMatch(reason);
      expect(await fingerprint(world.postgres, "fresh")).toEqual([""]);
    } finally {
      remove();
    }
  });

  it("without a manifest: passed over, and refused by name", async () => {
    const { name, remove } = spoiled((dump) => rmSync(dump.replace(/dump$/, "json")));
    try {
      const address = await freshDatabase("fresh");
      expect(await restore(address, ["--key", name], 1)).toContain("is incomplete: it has no manifest");
      expect(await restore(address, [], 2)).toContain(dumpName());
    } finally {
      remove();
    }
  });
});

describe("is refused before anything happens", () => {
  it.each<[string, string, RegExp]>([
    ["no address", "", /RESTORE_DATABASE_URL: is not set/],
    [
      "no address at all",
      "mysql://a:planted-password@h/d",
      /RESTORE_DATABASE_URL: does not start with postgresql:\/\//,
    ],
    [
      "a transaction pooler",
      "postgresql://postgres.ref:planted-password@aws-0-us-east-1.pooler.supabase.com:6543/postgres",
      /points at a transaction pooler/,
    ],
    ["nobody listens", "postgresql://a:planted-password@127.0.0.1:1/d", /database d at 127\.0\.0\.1: said: .*refused/s],
  ])("%s", async (_, address, reason) => {
    const said = await restore(address, ["--yes"], 1);
    expect(said).toMatch(reason);
    expect(said).not.toContain("planted-password");
  });

  it("keys that are wrong, and a dump that is not there", async () => {
    const address = await freshDatabase("fresh");
    const env = { RESTORE_DATABASE_URL: address, BACKUP_SECRET_ACCESS_KEY: "planted-wrong-secret" };
    const said = await staging.ops(["restore"], { exit: 1, env });
    expect(said).toMatch(/bucket dumps at .*: cannot be read: SignatureDoesNotMatch/);
    expect(said).not.toContain("planted-wrong-secret");
    expect(await restore(address, ["--key", "none"], 1)).toContain("dump none: is not in the bucket");
  });

  it("tools that are too old", async () => {
    const old = program("pg_restore", 'echo "pg_restore (PostgreSQL) 12.1"');
    const said = await restore(await freshDatabase("fresh"), ["--yes"], 1, old);
    expect(said).toMatch(/pg_restore: is version 12\.1, and cannot read what pg_dump 15[.\d]* wrote/);
  });

  it("an extension that the tables are made of, and this user may not make", async () => {
    await freshDatabase("lent");
    await world.postgres.sql("ALTER SCHEMA public OWNER TO owner", "lent");
    const password = "planted-owner-password";
    const address = world.postgres.address({ database: "lent", username: "owner", password });
    const said = await restore(address, ["--yes"], 1);
    expect(said).toMatch(/extension (vector|pg_trgm): could not be made in the target: permission denied to create/);
    expect(await fingerprint(world.postgres, "lent")).toEqual([""]);
  });

  it("a disk without room for the dump", async () => {
    const small = mkdtempSync(join(folder, "full-"));
    const mounted = await execa("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", small], { reject: false });
    if (mounted.failed) return expect(mounted.stderr).toMatch(/permi|superuser/i);
    try {
      const env = { RESTORE_DATABASE_URL: await freshDatabase("fresh"), TMPDIR: small };
      const said = await staging.ops(["restore", "--yes"], { exit: 1, env });
      expect(said).toContain(`disk of ${small}: has no room for the dump. Make room, or name a folder`);
      expect(readdirSync(small).filter((name) => name.startsWith("restore-"))).toEqual([]);
    } finally {
      await execa("umount", [small]);
    }
  });

  it("an extension in another schema", async () => {
    const address = await freshDatabase("fresh");
    await world.postgres.sql("CREATE SCHEMA extensions; CREATE EXTENSION vector SCHEMA extensions;", "fresh");
    const said = await restore(address, ["--yes"], 1);
    expect(said).toContain(
      "extension vector: lies in the target's schema extensions, and the dump looks for it in public",
    );
  });
});

it("no secret stands on a command line of PostgreSQL's programs", async () => {
  const log = join(folder, "arguments");
  const place = program("psql", `echo "psql $*" >> ${log}; exec "$REAL" "$@"`);
  const real = join(world.postgres.binFolder, "pg_restore");
  writeFileSync(join(place, "pg_restore"), `#!/bin/sh\necho "pg_restore $*" >> ${log}\nexec ${real} "$@"\n`);
  chmodSync(join(place, "pg_restore"), 0o755);
  await restore(await freshDatabase("fresh"), ["--yes"], 0, place);
  const seen = readFileSync(log, "utf8");
  expect(seen).toMatch(/^psql --no-psqlrc/m);
  expect(seen).toMatch(/^pg_restore .*--use-list/m);
  for (const secret of [world.postgres.password, world.s3.secretAccessKey, world.s3.accessKeyId])
    expect(seen).not.toContain(secret);
});
