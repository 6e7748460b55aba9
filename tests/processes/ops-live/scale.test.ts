import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { queuesCommand, type Queues } from "../../../ops/scale/queues.ts";
import { deployedStaging, type Deployed } from "./support.ts";

let staging: Deployed;
beforeAll(async () => (staging = await deployedStaging()));
afterAll(() => staging?.dispose());

/** The machine's answer to a query for its queues. */
function answer(exec: { stdout?: string; stderr?: string; exitCode?: number }): void {
  writeFileSync(
    join(staging.folders.fly, "exec.json"),
    JSON.stringify([{ match: "^env BUNDLE_GEMFILE=/app/Gemfile bundle exec ruby -e ", ...exec }]),
  );
}

function queues(size: number, latencySeconds = 0): void {
  const found: Queues = {
    queues: [{ name: "default", size, latencySeconds }],
    ...{ retry: 3, scheduled: 10, overdue: 0, dead: 1, deadClasses: {}, processes: 1, served: [], healthChecks: 1 },
  };
  // A gem's warning precedes it.
  answer({ stdout: `warning: something\n${JSON.stringify(found)}\n` });
}

async function workers(): Promise<unknown[]> {
  const groups = JSON.parse(await staging.byHand("scale", "show", "--json")) as {
    Process: string;
    Count: number;
    Memory: number;
  }[];
  return groups.filter(({ Process }) => Process === "worker").map(({ Count, Memory }) => [Count, Memory]);
}

test("an empty queue: nothing to do, measured on the worker's machine without any change", async () => {
  queues(0);
  const before = staging.fly.calls().length;
  const printed = await staging.ops(["scale"], 0);
  expect(printed).toContain("No change:\n  0 jobs wait (limit 100)");
  expect(printed).toContain("retry 3, scheduled 10, dead 1; Sidekiq processes 1");
  const calls = staging.fly.calls().slice(before);
  for (const { argv, changed } of calls) expect([argv, changed]).toEqual([argv, false]);
  const [worker] = (
    JSON.parse(await staging.byHand("machine", "list", "--json")) as { id: string; config: { metadata: object } }[]
  ).filter(({ config }) => JSON.stringify(config.metadata).includes('"worker"'));
  expect(calls.map(({ argv }) => argv.slice(0, 4))).toContainEqual(["machine", "exec", worker!.id, queuesCommand]);
});

test("a long queue: proposes a change, and applies it on request", async () => {
  queues(240, 95);
  const printed = await staging.ops(["scale"], 2);
  expect(printed).toMatch(/default +240 waiting, the oldest for 95 s/);
  expect(printed).toContain("worker machines: 2");
  expect(printed).toContain("web 1 x 3 + worker 2 x 5");
  expect(printed).toContain("pulumi config set --path chatwoot:worker.count 2 --stack staging");
  expect(await workers()).toEqual([[1, 1024]]);

  expect(await staging.ops(["scale", "--apply"], 0)).toContain(
    "Done:\n  flyctl scale count worker=2 --yes --app hotdash-chatwoot",
  );
  expect(await workers()).toEqual([[2, 1024]]);
  // Now it is at its bounds.
  expect(await staging.ops(["scale", "--apply"], 2)).toContain("fly.scaling.maxWorkers is 2");
  expect(await workers()).toEqual([[2, 1024]]);
});

test("too little memory: proposes memory first", async () => {
  await staging.byHand("scale", "memory", "512", "-g", "worker");
  const report = JSON.parse(await staging.ops(["scale", "--json"], 2)) as { actions: unknown };
  expect(report.actions).toEqual([{ kind: "memory", memoryMb: 1024 }]);
  await staging.ops(["scale", "--apply"], 0);
  expect(await workers()).toEqual([[2, 1024]]);
});

test("low load: returns to the configuration, without changing it", async () => {
  queues(3);
  const printed = await staging.ops(["scale", "--apply"], 0);
  expect(printed).toContain("the load is low: return to the configuration");
  expect(printed).not.toContain("pulumi config set");
  expect(await workers()).toEqual([[1, 1024]]);
  expect(await staging.ops(["drift"], 0)).toContain("0 differ");
});

test("masks passwords in the output of a failing command", async () => {
  answer({
    exitCode: 1,
    stderr: "Error connecting to redis://default:planted-password@cache:6379 (Redis::CannotConnectError)",
  });
  const printed = await staging.ops(["scale"], 1);
  expect(printed).toContain("failed with exit code 1");
  expect(printed).toContain("Redis::CannotConnectError");
  expect(printed).not.toContain("planted-password");
  answer({ stdout: "no json" });
  expect(await staging.ops(["scale"], 1)).toContain("printed unexpected JSON");
});

test("without a started machine, there is nothing to query", async () => {
  const machines = JSON.parse(await staging.byHand("machine", "list", "--json")) as { id: string }[];
  await staging.byHand("machine", "stop", ...machines.map(({ id }) => id));
  expect(await staging.ops(["scale"], 1)).toContain("has no started machine of web or worker");
});
