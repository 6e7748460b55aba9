import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { manifestSchema } from "../../../ops/backup/dumps.ts";
import { waitUntil } from "kubernetes-sandbox/processes";
import { refusing } from "./refusing.ts";
import {
  app,
  bucket,
  machineEnvironment,
  partBytes,
  startBackup,
  startWorld,
  type BackupRun,
  type World,
} from "./support.ts";

let world: World;
let folder: string;
beforeAll(async () => {
  world = await startWorld();
  folder = mkdtempSync(join(tmpdir(), "backup-"));
});
afterAll(async () => {
  await world?.stop();
  rmSync(folder, { recursive: true, force: true });
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  rmSync(own(), { recursive: true, force: true });
});

const own = (name = ""): string => join(world.s3.bucketFolder(bucket), app, name);
const objects = (): string[] => (existsSync(own()) ? readdirSync(own()).sort() : []);
/** Parts of uploads that were neither completed nor aborted. */
const unfinished = (): string[] =>
  readdirSync(world.s3.bucketFolder(bucket), { recursive: true, encoding: "utf8" }).filter((name) =>
    name.startsWith(".sgwtmp/multipart/"),
  );

async function backup(run: BackupRun = {}): Promise<{ exitCode: number | undefined; printed: string }> {
  const { exitCode, all } = await startBackup(world, run);
  const { PGPASSWORD, BACKUP_ACCESS_KEY_ID, BACKUP_SECRET_ACCESS_KEY } = machineEnvironment(world, run);
  for (const secret of [PGPASSWORD, BACKUP_ACCESS_KEY_ID, BACKUP_SECRET_ACCESS_KEY]) expect(all).not.toContain(secret);
  return { exitCode, printed: all };
}

/** A folder with a shell script that replaces a program; `$REAL` is the program itself. */
function replaced(program: string, script: string): string {
  const file = join(folder, program);
  writeFileSync(file, `#!/bin/sh\nREAL=${join(world.postgres.binFolder, program)}\n${script}\n`);
  chmodSync(file, 0o755);
  return folder;
}

const onlyDumping = 'case "$1" in --version) exec "$REAL" "$@";; esac\n';

describe("a dump", () => {
  test("is uploaded with a manifest that describes it", async () => {
    const { exitCode, printed } = await backup();
    expect([exitCode, printed]).toEqual([
      0,
      expect.stringMatching(
        /^backup: done hotdash-chatwoot\/chatwoot-\d{8}T\d{6}Z\.dump: \d+ bytes, 88 tables, schema version 20251121094500, \d+ s$/,
      ),
    ]);
    const [dump = "", json = "", ...more] = objects();
    expect(more).toEqual([]);
    const manifest = manifestSchema.parse(JSON.parse(readFileSync(own(json), "utf8")));
    const content = readFileSync(own(dump));
    expect(json).toBe(dump.replace("dump", "json"));
    expect(manifest).toMatchObject({
      dump: `${app}/${dump}`,
      bytes: content.length,
      sha256: createHash("sha256").update(content).digest("hex"),
      tables: 88,
      schema: "public",
      schemaVersion: "20251121094500",
      image: "registry.example/chatwoot/chatwoot:v1",
    });
    expect(manifest.extensions.map(({ name }) => name).sort()).toEqual([
      "pg_stat_statements",
      "pg_trgm",
      "pgcrypto",
      "vector",
    ]);
    expect(content.length).toBeGreaterThan(partBytes);
    expect(world.s3.accessLog().match(/s3_UploadPart/g)?.length).toBeGreaterThan(1);
    expect(unfinished()).toEqual([]);
  });

  test("puts no secret on a command line, and no bucket secret into the environment of PostgreSQL's programs", async () => {
    const log = join(folder, "arguments");
    for (const program of ["psql", "pg_dump", "pg_restore"])
      replaced(program, `echo "$0 $* $(env)" >> ${log}\nexec "$REAL" "$@"`);
    expect((await backup({ programs: folder })).exitCode).toBe(0);
    const seen = readFileSync(log, "utf8");
    for (const program of ["psql", "pg_dump", "pg_restore"]) expect(seen).toContain(join(folder, program));
    expect(seen).not.toContain(world.s3.secretAccessKey);
    expect(seen).not.toContain(world.s3.accessKeyId);
    // PostgreSQL's programs get the password from PostgreSQL's own variable.
    expect(seen.replaceAll(`PGPASSWORD=${world.postgres.password}`, "")).not.toContain(world.postgres.password);
  });
});

describe("a failed dump leaves nothing", () => {
  const cases: [string, () => BackupRun, RegExp][] = [
    [
      "pg_dump fails after its first part",
      () => ({
        programs: replaced(
          "pg_dump",
          `${onlyDumping}"$REAL" "$@" | head -c ${Math.ceil(1.1 * partBytes)}; echo "planted reason" >&2; exit 1`,
        ),
      }),
      /failed: pg_dump failed: planted reason/,
    ],
    [
      "its output is not a dump",
      () => ({ programs: replaced("pg_dump", `${onlyDumping}echo nonsense`) }),
      /failed: pg_restore failed: .*does not appear to be a valid archive/s,
    ],
    [
      "it writes nothing",
      () => ({ programs: replaced("pg_dump", `${onlyDumping}exit 0`) }),
      /failed: pg_dump wrote nothing/,
    ],
    [
      "it is older than the server",
      () => ({ programs: replaced("pg_dump", 'echo "pg_dump (PostgreSQL) 12.22"') }),
      /pg_dump 12\.22 of registry\.example\/chatwoot\/chatwoot:v1 is older than the server 15[.\d]*,.* Set chatwoot:image/,
    ],
    ["the database is empty", () => ({ database: "empty" }), /holds no Chatwoot: it has no table schema_migrations/],
    ["the database does not exist", () => ({ database: "none" }), /psql failed: .*database "none" does not exist/],
    [
      "the password is wrong",
      () => ({ env: { PGPASSWORD: "planted-wrong-password" } }),
      /psql failed: .*password authentication failed/,
    ],
    [
      "the secret key is wrong",
      () => ({ env: { BACKUP_SECRET_ACCESS_KEY: "planted-wrong-secret" } }),
      /failed: bucket dumps at .*: SignatureDoesNotMatch.* Check the bucket/,
    ],
    [
      "the key is unknown",
      () => ({ env: { BACKUP_ACCESS_KEY_ID: "planted-wrong-key" } }),
      /failed: bucket dumps at .*: (InvalidAccessKeyId|XAdminUserNotFound)/,
    ],
    [
      "the bucket does not exist",
      () => ({ env: { BACKUP_BUCKET: "none" } }),
      /failed: bucket none at .*: NoSuchBucket/,
    ],
    [
      "the endpoint is not encrypted",
      () => ({ env: { BACKUP_ENDPOINT: "http://192.0.2.1:9000" } }),
      /endpoint http:\/\/192\.0\.2\.1:9000 is not https/,
    ],
    [
      "psql does not answer",
      () => ({
        programs: replaced("psql", "exec sleep 300"),
        script: (text) => text.replace("QUESTION_SECONDS = 60", "QUESTION_SECONDS = 1"),
      }),
      /failed: psql took longer than 1 seconds/,
    ],
    [
      "pg_dump hangs",
      () => ({
        programs: replaced("pg_dump", `${onlyDumping}exec sleep 300`),
        script: (text) => text.replace("SILENCE_SECONDS = 30 * 60", "SILENCE_SECONDS = 1"),
      }),
      /failed: pg_dump printed nothing for/,
    ],
    [
      "the upload ends, but the answer is lost",
      () => ({
        script: (text) =>
          text.replace(
            /^( *)@client\.complete_multipart_upload.*$/m,
            "$&; raise Seahorse::Client::NetworkingError.new(IOError.new, 'planted loss')",
          ),
      }),
      /failed: bucket dumps at .*: NetworkingError: planted loss/,
    ],
    ["a setting is missing", () => ({ env: { BACKUP_KEEP: "" } }), /failed: BACKUP_KEEP is not a whole number/],
  ];
  test.each(cases)("%s", async (_, run, reason) => {
    const { exitCode, printed } = await backup(run());
    expect(printed).toMatch(reason);
    expect(exitCode).toBe(1);
    expect(printed).not.toContain("backup: done");
    expect([objects(), unfinished()]).toEqual([[], []]);
  });

  test.each([
    ["anything", /^(PUT|POST)/],
    ["the second part", /^PUT .*partNumber=2/],
    ["the end of the upload", /^POST .*uploadId=/],
    ["the manifest", /^PUT .*\.json/],
  ])("the bucket rejects %s", async (_, what) => {
    const front = await refusing(world.s3, what);
    try {
      const { exitCode, printed } = await backup({ env: { BACKUP_ENDPOINT: front.endpoint } });
      expect(printed).toMatch(/failed: bucket dumps at .*: AccessDenied: Access Denied\. Check the bucket, and that/);
      expect([exitCode, objects(), unfinished()]).toEqual([1, [], []]);
    } finally {
      await front.stop();
    }
  });

  test.each(["SIGINT", "SIGTERM"] as const)("%s stops it midway", async (signal) => {
    const pid = join(folder, "pid");
    const slow = `${onlyDumping}"$REAL" "$@"; echo $$ > ${pid}; exec sleep 300`;
    const parts = world.s3.accessLog().split("s3_UploadPart").length;
    const running = startBackup(world, { programs: replaced("pg_dump", slow) });
    const uploading = () => existsSync(pid) && world.s3.accessLog().split("s3_UploadPart").length > parts;
    await waitUntil("the first part", () => Promise.resolve(uploading()), { limitMs: 60_000 });
    expect(unfinished()).not.toEqual([]);
    running.kill(signal);
    expect((await running).exitCode).toBe(1);
    expect([objects(), unfinished()]).toEqual([[], []]);
    expect(existsSync(`/proc/${readFileSync(pid, "utf8").trim()}`)).toBe(false);
  });
});

test("aborts an upload of a killed run once it is a day old", async () => {
  const parts = world.s3.accessLog().split("s3_UploadPart").length;
  const running = startBackup(world, {
    programs: replaced("pg_dump", `${onlyDumping}"$REAL" "$@"; exec sleep 20`),
  });
  const uploading = () => world.s3.accessLog().split("s3_UploadPart").length > parts;
  await waitUntil("the first part", () => Promise.resolve(uploading()), { limitMs: 60_000 });
  running.kill("SIGKILL");
  await running;
  const left = unfinished();
  expect(left).not.toEqual([]);
  expect((await backup()).exitCode).toBe(0);
  expect(unfinished()).toEqual(left);
  const old = new Date(Date.now() - 25 * 3600_000);
  for (const name of left) utimesSync(join(world.s3.bucketFolder(bucket), name), old, old);
  expect((await backup()).exitCode).toBe(0);
  expect(unfinished()).toEqual([]);
});

describe("old dumps", () => {
  test("are deleted when there are more complete ones than configured; nothing else is deleted", async () => {
    const write = (key: string): void => {
      const file = join(world.s3.bucketFolder(bucket), key);
      mkdirSync(join(file, ".."), { recursive: true });
      writeFileSync(file, "x");
    };
    const complete = ["20240101T000000Z", "20240201T000000Z", "20240301T000000Z"];
    for (const time of complete) for (const kind of ["dump", "json"]) write(`${app}/chatwoot-${time}.${kind}`);
    const foreign = [
      `${app}/chatwoot-20230101T000000Z.dump.copy`,
      `${app}/chatwoot-notes.dump`,
      `${app}/chatwoot-20230101T000000Z.txt`,
      `${app}/sub/chatwoot-20230101T000000Z.dump`,
      `${app}-other/chatwoot-20230101T000000Z.dump`,
      "chatwoot-20230101T000000Z.dump",
    ];
    for (const key of foreign) write(key);
    // One that was never completed, older than the kept ones, and one that is newer.
    write(`${app}/chatwoot-20240115T000000Z.dump`);
    write(`${app}/chatwoot-20240401T000000Z.dump`);
    const { exitCode, printed } = await backup();
    expect([exitCode, printed]).toEqual([0, expect.stringContaining(", deleted 3 older")]);
    const left = objects().filter((name) => /^chatwoot-2024/.test(name));
    expect(left).toEqual([
      "chatwoot-20240301T000000Z.dump",
      "chatwoot-20240301T000000Z.json",
      "chatwoot-20240401T000000Z.dump",
    ]);
    for (const key of foreign) expect([key, existsSync(join(world.s3.bucketFolder(bucket), key))]).toEqual([key, true]);
  });

  test("are kept, with a warning, if the keys may not delete", async () => {
    mkdirSync(own(), { recursive: true });
    for (const month of ["01", "02"])
      for (const kind of ["dump", "json"]) writeFileSync(own(`chatwoot-2024${month}01T000000Z.${kind}`), "x");
    const front = await refusing(world.s3, /^DELETE/);
    try {
      const { exitCode, printed } = await backup({ env: { BACKUP_ENDPOINT: front.endpoint } });
      expect([exitCode, printed]).toEqual([
        0,
        expect.stringMatching(/done .*, could not delete older ones \(AccessDenied\)$/),
      ]);
      expect(objects()).toHaveLength(6);
    } finally {
      await front.stop();
    }
  });

  test("are kept if the new one fails", async () => {
    mkdirSync(own(), { recursive: true });
    for (const month of ["01", "02", "03", "04"])
      for (const kind of ["dump", "json"]) writeFileSync(own(`chatwoot-2024${month}01T000000Z.${kind}`), "x");
    expect((await backup({ programs: replaced("pg_dump", `${onlyDumping}exit 1`) })).exitCode).toBe(1);
    expect(objects()).toHaveLength(8);
  });
});
