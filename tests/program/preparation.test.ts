import { expect, test } from "vitest";
import { memoryState, plain } from "pulumi-embedded-engine";
import { parse } from "smol-toml";
import { doubles, renamingCluster } from "../helpers/doubles.ts";
import { program, stackEngine, type StackOptions } from "../helpers/in-process.ts";

type Change = NonNullable<StackOptions["change"]>;

interface Job {
  metadata: { name: string; annotations?: Record<string, string> };
  spec: {
    backoffLimit: number;
    activeDeadlineSeconds: number;
    template: {
      metadata: { annotations: Record<string, string> };
      spec: { containers: { command: string[] }[] };
    };
  };
}

/** In a run to memory, because a first preview does not know the secrets yet. */
async function jobOf(change: Change = () => undefined): Promise<Job> {
  const { steps } = await stackEngine("prod", { providers: doubles, change }).up(program);
  return plain(steps.find(({ name }) => name === "preparation-job")?.inputs ?? {}) as Job;
}

async function preparationJob(change?: Change): Promise<{ name: string; backoffLimit: number }> {
  const { metadata, spec } = await jobOf(change);
  return { name: metadata.name, backoffLimit: spec.backoffLimit };
}

test("the preparation is a new Job for a new image, and each runs once", async () => {
  const now = await preparationJob();
  const next = await preparationJob(({ settings }) => (settings["image"] = "chatwoot/chatwoot:v4.17.1"));
  expect([now.backoffLimit, next.backoffLimit]).toEqual([0, 0]);
  expect(next.name).not.toBe(now.name);
  expect(await preparationJob()).toEqual(now);
});

test.each<[string, Change]>([
  ["secrets", ({ secrets }) => (secrets["installationSecrets"] = '{"GOOGLE_OAUTH_CLIENT_SECRET":"planted"}')],
  ["the limit of a statement", ({ settings }) => (settings["migration"] = { statementTimeoutSeconds: 7200 })],
  ["the pod's security", ({ settings }) => (settings["kubernetes"].runAsNonRoot = true)],
  ["settings of the bootstrap", ({ settings }) => (settings["account"] = "Another")],
])("other values of %s are another Job, because a Job's template is immutable", async (_what, change) => {
  const [now, next] = [await preparationJob(), await preparationJob(change)];
  expect(now.name).toMatch(/^chatwoot-prepare-[0-9a-f]{8}$/);
  expect(next.name).not.toBe(now.name);
});

test("a replaced Job is deleted first, with the ConfigMap that owns the Jobs that the state does not know", async () => {
  const state = memoryState();
  const up = (change: Change = () => undefined) =>
    stackEngine("prod", { providers: { ...doubles, kubernetes: renamingCluster }, state, change }).up(program);
  await up();
  const { steps } = await up(({ settings }) => (settings["image"] = "chatwoot/chatwoot:v4.17.1"));
  const done = steps
    .filter(({ op, name }) => ["preparation-job", "preparation-script"].includes(name) && op !== "replace")
    .map(({ op, name }) => `${op} ${name}`);
  expect(done.slice(0, 2).every((one) => one.startsWith("delete-replaced"))).toBe(true);
  expect(done.slice(2)).toEqual(["create-replacement preparation-script", "create-replacement preparation-job"]);
  expect((await state.load()).resources.filter(({ delete: pending }) => pending)).toEqual([]);
});

const longMigration: Change = ({ settings }) => (settings["migration"] = { statementTimeoutSeconds: 7200 });

test.each<[string, Change, string]>([
  ["600 s unless the environment has another", () => undefined, "${POSTGRES_STATEMENT_TIMEOUT:-600s}"],
  ["that of the stack", longMigration, "7200s"],
])("the limit of a statement is %s, on both targets", async (_what, change, limit) => {
  const line = `export POSTGRES_STATEMENT_TIMEOUT=${limit}; `;
  expect((await jobOf(change)).spec.template.spec.containers[0]?.command.at(-1)).toContain(line);
  const { steps } = await stackEngine("staging", { providers: doubles, change }).preview(program);
  const { environment } = plain(steps.find(({ name }) => name === "deployment-release")?.inputs ?? {}) as {
    environment: Record<string, string>;
  };
  const { deploy } = parse(environment["STEP_MACHINE_CONFIG"] ?? "") as { deploy: { release_command: string } };
  expect(deploy.release_command).toContain(line);
});

test("the Job's time limit is that of the stack", async () => {
  const job = await jobOf(({ settings }) => (settings["kubernetes"].releaseTimeoutMinutes = 240));
  expect([(await jobOf()).spec.activeDeadlineSeconds, job.spec.activeDeadlineSeconds]).toEqual([1800, 14_400]);
});

test("the engine waits longer than the Job's time limit", async () => {
  const { steps } = await stackEngine("prod", {
    providers: doubles,
    change: ({ settings }) => (settings["kubernetes"].releaseTimeoutMinutes = 240),
  }).preview(program);
  expect(steps.find(({ name }) => name === "preparation-job")).toMatchObject({
    customTimeouts: { create: 245 * 60, update: 245 * 60 },
  });
});

test("the engine waits 20 minutes for web and worker, more than the API server does", async () => {
  const { steps } = await stackEngine("prod", { providers: doubles }).preview(program);
  const tiers = steps.filter(({ name }) => /^chatwoot-chart:.*-(web|worker)$/.test(name));
  expect(tiers).toHaveLength(2);
  for (const { inputs, customTimeouts } of tiers) {
    expect(customTimeouts).toEqual({ create: 1200, update: 1200 });
    expect(plain(inputs)["spec"].progressDeadlineSeconds).toBeLessThan(1200);
  }
});

test("the Job runs again with other encryption keys, to check that they decrypt the database", async () => {
  const withKeys = (primary: string): Change => {
    const names = ["PRIMARY_KEY", "DETERMINISTIC_KEY", "KEY_DERIVATION_SALT"];
    const kept = names.map((name) => [`ACTIVE_RECORD_ENCRYPTION_${name}`, `planted-${name}`]);
    const values = { ...Object.fromEntries(kept), ACTIVE_RECORD_ENCRYPTION_PRIMARY_KEY: primary };
    return ({ secrets }) =>
      (secrets["keptSecrets"] = JSON.stringify({ SECRET_KEY_BASE: "planted".repeat(10), ...values }));
  };
  const [one, other] = [await jobOf(withKeys("planted-one")), await jobOf(withKeys("planted-other"))];
  expect(one.spec.template.metadata.annotations).not.toEqual(other.spec.template.metadata.annotations);
});
