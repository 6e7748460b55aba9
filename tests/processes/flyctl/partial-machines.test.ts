import * as pulumi from "@pulumi/pulumi";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { FaultFile } from "flyctl-stand-in";
import { exhaustive } from "../../helpers/exhaustive.ts";
import { PartialWorld, type Config, type PartialProgram, type RunOptions } from "./partial-world.ts";

/* Machines that Fly starts on a schedule, after failed, killed and reverted runs. */

const fingerprintKey = pulumi.secret("key");
const place = { app: "chat", organization: "personal", region: "ord", fingerprintKey };

async function readScheduled(app: string, key: string) {
  const [{ readScheduled: read }, { Flyctl }, { plainRun }] = await Promise.all([
    import("../../../components/driver/scheduled-machine.ts"),
    import("../../../components/driver/flyctl.ts"),
    import("../../../components/driver/run.ts"),
  ]);
  return read(new Flyctl(plainRun(), app), app, key);
}

const withBackup: PartialProgram = async ({ image, password }) => {
  const { Backup } = await import("../../../components/fly/backup/backup.ts");
  const running = await readScheduled("chat-backup", "chatwoot_backup");
  const bucket = { endpoint: "https://s3.example.com", region: "auto", bucket: "dumps", prefix: "" };
  new Backup("backup", {
    ...place,
    image: `chatwoot/chatwoot:${image}`,
    config: { ...bucket, schedule: "daily", memoryMb: 512, keep: 0 } as never,
    database: {
      ...{ host: "db.example.com", port: 5432, username: "u", database: "d", sslMode: "require" },
      password: pulumi.secret(password),
    },
    accessKeyId: pulumi.secret("id"),
    secretAccessKey: pulumi.secret("key"),
    running,
  });
};

const withPipeline: PartialProgram = async ({ image, password }) => {
  const { PipelineSchedule } = await import("../../../components/fly/pipeline-schedule.ts");
  const { support } = await import("../../../config/schema/support.ts");
  const { schedules, targets } = support.parse({
    webhookUrl: "https://agent.example.com/",
    schedules: { check: "0 * * * *", report: "0 9 * * 1", runner: "stack" },
  });
  new PipelineSchedule("pipeline", {
    ...place,
    image: `node:${image}`,
    support: { schedules, targets },
    databaseUrl: pulumi.secret(`postgres://u:${password}@db.example.com/d`),
    running: await readScheduled("chat-pipeline", "chatwoot_pipeline"),
  });
};

const parts = { backup: { program: withBackup, machines: 1 }, pipeline: { program: withPipeline, machines: 2 } };
const before: Config = { image: "v1", password: "old-a" };
const newImage: Config = { ...before, image: "v2" };
const newPassword: Config = { ...before, password: "new-b" };

const faultsOf = (part: string): Record<string, RunOptions> => ({
  none: {},
  "secrets after import": {
    faults: { calls: [{ match: "^secrets list", nth: 3, action: "fail", message: "unauthorized" }] },
  },
  "secrets not synced": { faults: calls("^secrets sync", "fail") },
  "machine, before it changes": { faults: calls("^machine update", "fail") },
  "machine, after it has changed": { faults: calls("^machine update", "fail-after") },
  "lost after the secrets": { lostAfter: `${part}-secrets-staged` },
  "lost after a machine": { lostAfter: part === "backup" ? "backup-machine" : "pipeline-check" },
});

const calls = (match: string, action: "fail" | "fail-after"): FaultFile => ({
  calls: [{ match, action, message: "unauthorized" }],
});

describe.each(Object.entries(parts))("the machines of the %s", (part, { program, machines }) => {
  let world: PartialWorld;
  beforeEach(async () => {
    world = new PartialWorld(program);
    expect(await world.up(before)).toBe(true);
  });
  afterEach(() => world.dispose());

  const running = ({ image, password }: Config) => Array(machines).fill({ image, password, stored: password });

  test("are unchanged in a run without a change, after two reads", async () => {
    const from = world.calls.length;
    expect(await world.preview(before)).toEqual([]);
    expect(world.calls.slice(from).sort()).toEqual(["machine list", "secrets list"]);
  });

  const cases = Object.keys(faultsOf(part))
    .slice(1)
    .flatMap((fault) => [newImage, newPassword].map((change) => [fault, change] as const));
  test.each(cases)("a failed change that is taken back is deployed: %s, %j", async (fault, change) => {
    const failed = await world.up(change, faultsOf(part)[fault]);
    // A new image changes no secrets.
    if (failed) return expect([fault, change]).toEqual([expect.stringContaining("the secrets"), newImage]);
    expect(await world.up(before)).toBe(true);
    expect(world.scheduled()).toEqual(running(before));
    const { starts } = world;
    expect(await world.preview(before)).toEqual([]);
    expect(await world.up(before)).toBe(true);
    expect(world.starts).toBe(starts);
  });

  const action = fc.record({
    image: fc.constantFrom("v1", "v2"),
    password: fc.constantFrom("old-a", "new-b"),
    fault: fc.constantFrom(...Object.keys(faultsOf(part))),
  });

  test("in any order of failed runs, a clean preview means that every machine runs what it shows", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(action, { minLength: 1, maxLength: 5 }), async (actions) => {
        const one = new PartialWorld(program);
        try {
          await one.up(before);
          for (const { fault, ...config } of actions) {
            await one.up(config, faultsOf(part)[fault]);
            for (const shown of [config, before])
              if ((await one.preview(shown)).length === 0) expect(one.scheduled()).toEqual(running(shown));
          }
          const { fault: _, ...config } = actions.at(-1)!;
          expect(await one.up(config)).toBe(true);
          expect(one.scheduled()).toEqual(running(config));
          expect(await one.preview(config)).toEqual([]);
        } finally {
          one.dispose();
        }
      }),
      { numRuns: exhaustive ? 200 : 6 },
    );
  });
});
