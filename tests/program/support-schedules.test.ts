import { describe, expect, test } from "vitest";
import { memoryState, type Step } from "pulumi-embedded-engine";
import { doubles } from "../helpers/doubles.ts";
import { program, stackEngine, type StackOptions } from "../helpers/in-process.ts";
import { openTexts } from "../helpers/open-texts.ts";
import type { StackName } from "../helpers/stack-files.ts";

/* The stack's own checks of the pipeline: CronJobs on Kubernetes, scheduled machines on Fly. */

type Change = NonNullable<StackOptions["change"]>;

const facts = "postgresql://facts:planted-facts@db.example.com:6432/facts";
const scheduled =
  (more: object = {}): Change =>
  ({ settings, secrets }) => {
    const hourly = settings["target"] === "fly" ? { check: "0 * * * *" } : {};
    settings["support"] = {
      webhookUrl: "https://hotdash-app.fly.dev/api/webhooks/chatwoot",
      schedules: { runner: "stack", ...hourly, ...more },
    };
    secrets["factsDatabaseUrl"] = facts;
  };
const engine = (stack: StackName, change: Change = scheduled(), state = memoryState()) =>
  stackEngine(stack, { change, providers: doubles, state });
const own = (steps: readonly Step[]): Step[] => steps.filter(({ name, custom }) => custom && /^pipeline\b/.test(name));
async function deployed(stack: StackName, change?: Change): Promise<Step[]> {
  const run = await engine(stack, change).up(program);
  expect(run.diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  expect(run.ok).toBe(true);
  return [...run.steps];
}

describe.each(["staging", "prod"] as const)("%s", (stack) => {
  test("creates nothing without the check, whatever the times are", async () => {
    const usual = await deployed(stack, ({ settings }) => {
      settings["support"] = { ...settings["support"], webhookUrl: "https://app.example.com/hook" };
    });
    const timed = await deployed(stack, ({ settings }) => {
      settings["support"] = {
        ...settings["support"],
        webhookUrl: "https://app.example.com/hook",
        schedules: { runner: "workflow", check: "*/5 * * * *" },
      };
    });
    const resources = (steps: readonly Step[]): string[] =>
      steps.filter(({ custom }) => custom).map(({ name, inputs }) => `${name} ${JSON.stringify(inputs)}`);
    expect(own(usual)).toEqual([]);
    expect(resources(timed)).toEqual(resources(usual));
  });

  test("keeps the address secret everywhere, and a second run changes nothing", async () => {
    const state = memoryState();
    const run = await engine(stack, scheduled(), state).up(program);
    expect(own(run.steps).length).toBeGreaterThan(3);
    const open = run.steps.flatMap((step) => [...openTexts(step.inputs), ...openTexts(step.outputs ?? {})]);
    expect(open.filter((text) => text.includes("planted-"))).toEqual([]);
    const again = await engine(stack, scheduled(), state).preview(program);
    expect(again.steps.filter(({ op }) => op !== "same").map(({ name }) => name)).toEqual([]);
  });

  test("another time changes only what runs at it", async () => {
    const state = memoryState();
    await engine(stack, scheduled(), state).up(program);
    const { steps } = await engine(stack, scheduled({ report: "0 7 * * *" }), state).preview(program);
    const changed = steps.filter(({ op, custom }) => custom && op !== "same").map(({ op, name }) => `${op} ${name}`);
    expect(changed).toEqual(["update pipeline-report"]);
  });
});

test("CronJobs: their program, time limit and rights", async () => {
  const steps = own(await deployed("prod"));
  expect(steps.map(({ name, type }) => `${name} ${type.split(":").at(-1)}`).sort()).toEqual([
    "pipeline-check CronJob",
    "pipeline-program ConfigMap",
    "pipeline-report CronJob",
    "pipeline-secret Secret",
  ]);
  const spec = (name: string) => steps.find((step) => step.name === name)!.inputs["spec"];
  expect(spec("pipeline-check")).toMatchObject({ schedule: "*/15 * * * *", timeZone: "Etc/UTC" });
  expect(spec("pipeline-report")).toMatchObject({ schedule: "0 9 * * 1" });
  for (const name of ["pipeline-check", "pipeline-report"]) {
    const { concurrencyPolicy, successfulJobsHistoryLimit, failedJobsHistoryLimit, jobTemplate } = spec(name);
    expect({ concurrencyPolicy, successfulJobsHistoryLimit, failedJobsHistoryLimit }).toEqual({
      concurrencyPolicy: "Forbid",
      successfulJobsHistoryLimit: 3,
      failedJobsHistoryLimit: 3,
    });
    expect(jobTemplate.spec.activeDeadlineSeconds).toBe(600);
    const pod = jobTemplate.spec.template.spec;
    expect(pod).toMatchObject({ automountServiceAccountToken: false, securityContext: { runAsNonRoot: true } });
    const [container] = pod.containers;
    expect(container.image).toMatch(/^docker\.io\/library\/node:\d+\.\d+\.\d+-alpine$/);
    expect(container.resources).toMatchObject({ requests: { memory: "64Mi" }, limits: { memory: "256Mi" } });
    expect(container.command.slice(0, 2)).toEqual(["node", "/pipeline/pipeline.cjs"]);
    expect(container.env.map((each: { name: string; value?: string }) => each.value)).toEqual([undefined, undefined]);
  }
});

test("NetworkPolicies allow its pods to reach the facts database on its port", async () => {
  const steps = await deployed("prod");
  const policy = steps.find(({ name }) => name === "network-pipeline")!;
  expect(policy.inputs["spec"].egress).toMatchObject([{ ports: [{ protocol: "TCP", port: 6432 }] }]);
  expect(policy.inputs["spec"].ingress).toBeUndefined();
  const inside: Change = (values) => {
    scheduled()(values);
    values.secrets["factsDatabaseUrl"] = "postgresql://facts:planted-facts@chatwoot-db-rw.chatwoot.svc:5432/facts";
  };
  const own = await deployed("prod", inside);
  const spec = (name: string) => own.find((step) => step.name === name)!.inputs["spec"];
  expect(spec("network-pipeline").egress).toEqual([
    {
      to: [{ podSelector: { matchExpressions: [{ key: "cnpg.io/cluster", operator: "Exists" }] } }],
      ports: [{ protocol: "TCP", port: 5432 }],
    },
  ]);
  expect(JSON.stringify(spec("network-database").ingress)).toContain('"app.kubernetes.io/component":"pipeline"');
});

test("machines on Fly: a dedicated app, one after the other, after the deployment", async () => {
  const steps = await deployed("staging");
  const named = (name: string): Step => steps.find((step) => step.name === name)!;
  expect(named("pipeline-check").inputs["environment"]).toMatchObject({
    STEP_APP: "hotdash-chatwoot-pipeline",
    STEP_NAME: "check",
    STEP_SCHEDULE: "hourly",
    STEP_ARGS: "check 60",
  });
  expect(named("pipeline-report").inputs["environment"]).toMatchObject({
    STEP_SCHEDULE: "weekly",
    STEP_ARGS: "report",
  });
  const at = (name: string): number => steps.findIndex((step) => step.name === name);
  expect(at("pipeline-check")).toBeGreaterThan(at("deployment-release"));
  expect(at("pipeline-report")).toBeGreaterThan(at("pipeline-check"));
  // The program is longer than an environment variable may be.
  for (const value of Object.values(named("pipeline-check").inputs["environment"])) {
    expect(String(value).length).toBeLessThan(10_000);
  }
});

const refused: [string, StackName, Change, RegExp][] = [
  [
    "a time without a period on Fly",
    "staging",
    scheduled({ check: "*/15 * * * *" }),
    /support\.schedules\.check: is \*\/15 \* \* \* \*, but Fly starts machines only hourly, daily, weekly or monthly\. Write "0 \* \* \* \*"/,
  ],
  [
    "an unknown runner",
    "prod",
    scheduled({ runner: "cron" }),
    /schedules\.runner: has an unknown value\. Use stack or workflow/,
  ],
  [
    "no database in a cluster",
    "prod",
    (values) => {
      scheduled()(values);
      delete values.secrets["factsDatabaseUrl"];
    },
    /factsDatabaseUrl: is missing/,
  ],
  [
    "a name that Redis uses",
    "staging",
    (values) => {
      scheduled()(values);
      values.settings["fly"].redis = { kind: "own", app: "hotdash-chatwoot-pipeline" };
    },
    /fly\.redis\.app: is the name of the app of the pipeline's checks/,
  ],
  [
    "a hand-over to its own app",
    "staging",
    (values) => {
      scheduled()(values);
      values.settings["support"].handover = { fly: [{ app: "hotdash-chatwoot-pipeline" }] };
    },
    /an app of this stack/,
  ],
];
test.each(refused)("rejects before any change: %s", async (_, stack, change, expected) => {
  const run = await engine(stack, change).preview(program);
  expect(run.ok).toBe(false);
  expect(run.diagnostics.map(({ message }) => message).join("\n")).toMatch(expected);
});
