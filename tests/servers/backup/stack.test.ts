import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { manifestSchema } from "../../../ops/backup/dumps.ts";
import { waitUntil } from "kubernetes-sandbox/processes";
import { backupApp, backupOverlay, deployWithBackup, type Deployed } from "./deployed.ts";
import { app, bucket, startBackup, startWorld, type World } from "./support.ts";

/* A stack with a backup, from its first deployment to a dump by its machine. */

let world: World;
let staging: Deployed;
/** Everything that users and logs can see, by source. */
const shown: Record<string, string> = {};
beforeAll(async () => {
  world = await startWorld();
  staging = await deployWithBackup(world);
});
afterAll(async () => {
  await staging?.dispose();
  await world?.stop();
});

async function run(args: string[], changes: Record<string, unknown> = {}): Promise<string[]> {
  const overlay = backupOverlay(world, changes);
  const env = { CHATWOOT_ARTIFACTS_DIR: join(staging.root, "artifacts") };
  const { output, events, changes: made } = await staging.run([...args, "--stack", "staging"], { overlay, env });
  const name = `run ${Object.keys(shown).length}, ${args.join(" ")}`;
  shown[name] = output;
  shown[`${name}, events`] = JSON.stringify(events);
  return made;
}

const starts = () => staging.fly.starts().filter((start) => start.app === backupApp);
const machines = () => staging.fly.state().apps[backupApp]!.machines;

describe("the stack", () => {
  test("has the machine, with its schedule", () => {
    expect(machines()).toMatchObject([{ name: "backup", config: { schedule: "weekly", restart: { policy: "no" } } }]);
    expect(starts()).toHaveLength(1);
  });

  test("changes nothing in a second deployment", async () => {
    expect(await run(["preview"])).toEqual([]);
    expect(await run(["up"])).toEqual([]);
    expect(starts()).toHaveLength(1);
  });

  test.each([
    ["schedule", { schedule: "daily" }],
    ["retention", { schedule: "daily", keep: 3 }],
  ])("updates the machine when the %s changes, and stages its secrets again", async (_, changes) => {
    const id = machines()[0]!.id;
    const before = staging.fly.starts().length;
    // What runs is not what is wanted, which could also be a change that failed half way.
    expect(await run(["up", "--diff"], changes)).toEqual(["update backup-secrets-staged", "update backup-machine"]);
    expect(machines()).toMatchObject([{ id, config: { schedule: "daily" } }]);
    expect(staging.fly.starts().slice(before)).toMatchObject([{ app: backupApp }]);
    expect(await run(["up"], changes)).toEqual([]);
  });
});

describe("before the first dump", () => {
  test("`backup list` reports that, and alerts", async () => {
    const printed = await staging.ops(["backup", "list"], { exit: 2 });
    expect(printed).toContain(`0 dumps, 0 B, in ${bucket}/${app}\nat ${world.s3.endpoint}, by ${backupApp}\n`);
    expect(printed).toContain("No dump is complete.");
    for (const line of printed.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
    expect(printed).toContain("npm run ops -- backup run --stack staging");
  });

  test("`restore` has nothing to restore", async () => {
    const env = { RESTORE_DATABASE_URL: world.postgres.address({ database: "empty" }) };
    expect(await staging.ops(["restore"], { exit: 1, env })).toContain("dump latest: is not in the bucket");
  });

  test.each([
    [
      [{ exitCode: 1 }],
      /failed with exit code 1\. Read the log: `flyctl logs --app hotdash-chatwoot-backup --no-tail`/,
    ],
    [[{ exitCode: 0 }], /succeeded, but the bucket has no new dump/],
  ])("`backup run` reports a run without a dump: %j", async (runs, reason) => {
    writeFileSync(join(staging.folders.fly, "runs.json"), JSON.stringify(runs));
    expect(await staging.ops(["backup", "run"], { exit: 1 })).toMatch(reason);
  });
});

describe("the machine", () => {
  test("dumps with its script, settings and secrets", async () => {
    const got = starts().at(-1)!;
    const script = join(staging.root, "backup.rb");
    writeFileSync(script, got.files["/backup.rb"]!);
    const env = { ...got.env, PATH: [world.postgres.binFolder, process.env["PATH"]].join(":") };
    const { all, exitCode } = await execa(world.ruby, [script], { env, extendEnv: false, reject: false, all: true });
    expect([exitCode, all]).toEqual([0, expect.stringMatching(/^backup: done .* 88 tables/)]);
    shown["the machine's log"] = all;
  });

  test("is in `backup list`", async () => {
    const printed = await staging.ops(["backup", "list"]);
    expect(printed).toMatch(/^1 dump, \d+\.\d MB, in /m);
    expect(printed).toMatch(/The newest complete dump is \d min old; the schedule is daily\./);
    for (const line of printed.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
    const { dumps, fine } = JSON.parse(await staging.ops(["backup", "list", "--json"])) as {
      dumps: { key: string; manifest: string }[];
      fine: boolean;
    };
    expect(fine).toBe(true);
    const manifest = readFileSync(join(world.s3.bucketFolder(bucket), dumps[0]!.manifest), "utf8");
    expect(manifestSchema.parse(JSON.parse(manifest)).dump).toBe(dumps[0]!.key);
  });

  test("dumps again by `backup run`, which waits for the new dump", async () => {
    // During Fly's delay, the test makes the dump that the stand-in's machine does not make.
    staging.fly.setFaults({
      calls: [{ match: "^machine start", action: "stall", stallSeconds: 20 }],
      runs: [{ exitCode: 0 }],
    });
    const listed = (): number => world.s3.accessLog().split("list-type=2").length;
    const before = listed();
    const running = staging.ops(["backup", "run"]);
    await waitUntil("the first look into the bucket", () => Promise.resolve(listed() > before), { limitMs: 60_000 });
    expect((await startBackup(world)).exitCode).toBe(0);
    expect(await running).toContain("2 dumps, ");
    staging.fly.setFaults({});
  });
});

describe("no secret", () => {
  const secrets = (): string[] => {
    const { postgres, s3 } = world;
    return [postgres.password, s3.accessKeyId, s3.secretAccessKey].flatMap((secret) => [
      secret,
      encodeURIComponent(secret),
      Buffer.from(secret).toString("base64"),
    ]);
  };
  const found = (texts: Record<string, string>): string[] =>
    Object.entries(texts).flatMap(([where, text]) =>
      secrets().some((secret) => text.includes(secret)) ? [where] : [],
    );
  const files = (folder: string): Record<string, string> =>
    Object.fromEntries(
      readdirSync(folder, { recursive: true, encoding: "utf8" })
        .map((name) => join(folder, name))
        .filter((file) => statSync(file).isFile())
        .map((file) => [file, readFileSync(file, "latin1")]),
    );

  test("is in a public place", () => {
    const calls = staging.fly.calls();
    // They are where they must be, so the search would find them.
    expect(found({ given: calls.map(({ stdin }) => stdin).join("\n") })).toEqual(["given"]);
    expect(found({ machine: JSON.stringify(starts().map(({ env }) => env)) })).toEqual(["machine"]);
    expect(found({ arguments: JSON.stringify(calls.map(({ argv }) => argv)) })).toEqual([]);
    expect(found({ machines: JSON.stringify(machines().map(({ config }) => config)) })).toEqual([]);
    expect(found({ state: readFileSync(staging.folders.state("staging"), "utf8") })).toEqual([]);
    const evidence = files(join(staging.root, "artifacts"));
    expect(Object.keys(evidence).length).toBeGreaterThan(3);
    expect(found(evidence)).toEqual([]);
    expect(Object.keys(shown).length).toBeGreaterThan(8);
    expect(found(shown)).toEqual([]);
    expect(found(files(join(world.s3.bucketFolder(bucket), app)))).toEqual([]);
  });
});
