import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { queuesCommand } from "../../../ops/scale/queues.ts";
import { databaseCommand } from "../../../ops/troubleshoot/database.ts";
import { redisCommand } from "../../../ops/troubleshoot/redis.ts";
import { app, deployedStaging, type Deployed } from "./support.ts";

const oldImage = "chatwoot/chatwoot:v4.15.1";
let staging: Deployed;
beforeAll(async () => (staging = await deployedStaging({ config: { "chatwoot:image": oldImage } })));
afterAll(() => staging?.dispose());

const queues = {
  queues: [{ name: "low", size: 1, latencySeconds: 5 }],
  retry: 0,
  scheduled: 0,
  dead: 0,
  deadClasses: {},
  overdue: 0,
  healthChecks: 1,
  processes: 1,
};
const nothingReported = {
  version: null,
  usedBytes: null,
  maxBytes: null,
  policy: null,
  evictedKeys: null,
  listeners: null,
  online: 0,
  clients: null,
  maxClients: null,
  appendOnly: null,
  lastAppend: null,
  lastRewrite: null,
  lastSnapshot: null,
};
const database = {
  selectMs: 2,
  version: "15.8",
  connections: 12,
  maxConnections: 57,
  sizeBytes: 1e8,
  migrations: { latest: "20260101", count: 1, pending: [], unknown: [], codeKnown: true },
  tables: [],
  invalidIndexes: [],
  pendingMail: 0,
  longQueries: [],
};

/** The machines' answers to programs that run on them. */
function answer(...answers: { match: string; stdout?: string; stderr?: string; exitCode?: number }[]): void {
  const literal = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  const exec = answers.map((each) => ({ ...each, match: `^${literal(each.match)}$` }));
  writeFileSync(join(staging.folders.fly, "exec.json"), JSON.stringify(exec));
}

test("queue, redis and db query a started machine and change nothing", async () => {
  answer(
    { match: queuesCommand, stdout: JSON.stringify(queues) },
    { match: redisCommand, stdout: JSON.stringify({ ...nothingReported, pingMs: 1 }) },
    { match: databaseCommand, stdout: JSON.stringify(database) },
  );
  const before = staging.fly.calls().length;
  expect(await staging.ops(["queue"])).toMatch(/^staging: Sidekiq on machine [0-9a-f]+\nok {3}workers/m);
  expect(await staging.ops(["queue", "--max-latency", "4"], 2)).toContain("1 waiting, the oldest for 5 s (limit 4 s)");
  expect(await staging.ops(["redis"])).toContain("-    policy          not reported by this server");
  expect(await staging.ops(["db"])).toContain("ok   migrations      1 version, the latest 20260101; matches the code");
  for (const { argv, changed } of staging.fly.calls().slice(before)) expect([argv, changed]).toEqual([argv, false]);
});

test("a database that rejects the password is reported without it", async () => {
  const stderr = "connection to postgresql://chatwoot:planted-password@db:5432/chatwoot failed: planted-password\n";
  answer({ match: databaseCommand, exitCode: 1, stderr });
  const output = await staging.ops(["db"], 1);
  expect(output).toMatch(/database on machine [0-9a-f]+: failed with exit code 1:/);
  expect(output).not.toMatch(/planted-|^ +at /m);
});

test("the console's command opens a terminal on the web machine", async () => {
  const output = await staging.ops(["console", "--print"]);
  const machines = JSON.parse(await staging.byHand("machine", "list", "--json")) as { id: string; config: object }[];
  const web = machines.find(({ config }) => JSON.stringify(config).includes('"fly_process_group":"web"'));
  expect(output.trim()).toBe(
    `flyctl ssh console --app ${app} --machine ${web!.id} --pty --command 'sh -c '\\''cd /app && exec bundle exec rails console'\\'''`,
  );
});

test("a rollback needs an older release, and finds the image that the stack file replaced", async () => {
  expect(await staging.ops(["rollback"], 1)).toContain(`has no release with another image than ${oldImage}`);
  await staging.run(["up", "--stack", "staging"]);
  const output = await staging.ops(["rollback"], 2);
  expect(output).toContain(`staging: rollback of app ${app}`);
  expect(output.replaceAll(/\s+/g, " ")).toContain(`to release 1: ${oldImage}`);
  expect(output).toMatch(
    new RegExp(`pulumi config set --plaintext chatwoot:image ${oldImage}(@sha256:[0-9a-f]{64})? --stack staging`),
  );
});
