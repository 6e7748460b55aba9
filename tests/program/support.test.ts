import { describe, expect, test } from "vitest";
import { memoryState, unknownMarker, type ProviderFactory, type Step } from "pulumi-embedded-engine";
import { doubles } from "../helpers/doubles.ts";
import { program, stackEngine, type StackOptions } from "../helpers/in-process.ts";
import { openTexts } from "../helpers/open-texts.ts";
import type { StackName } from "../helpers/stack-files.ts";

/* The whole program with a support pipeline: gate, facts and hand-over, in order and without a secret in plain text. */

type Change = NonNullable<StackOptions["change"]>;

const facts = "postgresql://facts:planted-facts@db.example.com:5432/facts";
const handover = {
  fly: [{ app: "hotdash-app", databaseUrl: true }],
  github: [{ repository: "hot/dash", environment: "staging" }],
};
const whole: Change = ({ settings, secrets }) => {
  settings["support"] = {
    ...settings["support"],
    webhookUrl: "https://hotdash-app.fly.dev/api/webhooks/chatwoot",
    agentUrl: "https://agent.example.com",
    agentGate: { version: "^1.4" },
    facts: {},
    handover: settings["target"] === "kubernetes" ? { ...handover, kubernetes: [{ namespace: "hotdash" }] } : handover,
  };
  secrets["factsDatabaseUrl"] = facts;
};

/** The output of the steps; the account's id is 7. */
const command: ProviderFactory = (...args) => {
  const double = doubles.command(...args);
  const answer = (inputs: Record<string, unknown>, outputs: Record<string, unknown>, preview: boolean) =>
    inputs["create"] === "account" ? { ...outputs, stdout: preview ? unknownMarker : '{"accountId":7}' } : outputs;
  return {
    ...double,
    async create(inputs, context) {
      const made = await double.create(inputs, context);
      return { ...made, outputs: answer(inputs, made.outputs, context.preview) };
    },
  };
};
const engine = (stack: StackName, change: Change = whole, state = memoryState()) =>
  stackEngine(stack, { change, providers: { ...doubles, command }, state });

const valueOf = (step: Step, name: string): Record<string, string> => {
  const { value } = step.inputs[name];
  return (typeof value === "string" ? JSON.parse(value) : value) as Record<string, string>;
};

describe.each(["staging", "prod"] as const)("%s", (stack) => {
  test("runs everything before the deployment, the account after it, and then the hand-over, without a secret in plain text", async () => {
    const run = await engine(stack).up(program);
    expect(run.diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
    const steps = run.steps.filter(({ type }) => !type.startsWith("pulumi:"));
    const names = steps.map(({ name }) => name);
    const at = (name: RegExp): number => names.findIndex((each) => name.test(each));
    const deployed = stack === "staging" ? /^deployment-release$/ : /^preparation/;
    for (const before of [/^support-agent$/, /^support-facts$/]) {
      expect(at(before)).toBeGreaterThan(-1);
      expect(names.lastIndexOf(names[at(before)]!)).toBeLessThan(
        steps.findIndex(({ name, type }) => deployed.test(name) && !type.startsWith("chatwoot:")),
      );
    }
    expect(at(/^handover-account$/)).toBeGreaterThan(at(deployed));
    expect(at(/^handover-hotdash-app-secrets$/)).toBeGreaterThan(at(/^handover-account$/));
    const named = (name: string): Step => steps.find((step) => step.name === name)!;
    expect(valueOf(named("handover-hotdash-app-secrets"), "stdin")).toEqual({
      CHATWOOT_BASE_URL: stack === "staging" ? "https://hotdash-chatwoot.fly.dev" : "https://chat.newjoy.ro",
      CHATWOOT_API_KEY: "planted-secrets-api-token",
      CHATWOOT_ACCOUNT_ID: "7",
      CHATWOOT_WEBHOOK_SECRET: "planted-secrets-webhook-secret",
      AGENT_SDK_URL: "https://agent.example.com",
      DATABASE_URL: `${facts}?sslmode=require`,
    });
    const end = stack === "staging" ? "STAGING" : "PROD";
    expect(Object.keys(valueOf(named(`handover-hot-dash-staging-${end}`), "stdin")).sort()).toEqual(
      ["AGENT_SDK_URL", "CHATWOOT_ACCOUNT_ID", "CHATWOOT_BASE_URL", "CHATWOOT_TOKEN", "CHATWOOT_WEBHOOK_SECRET"].map(
        (name) => `${name}_${end}`,
      ),
    );
    const open = [
      ...steps.flatMap((step) => [...openTexts(step.inputs), ...openTexts(step.outputs ?? {})]),
      ...openTexts(run.outputs),
    ];
    expect(open.length).toBeGreaterThan(100);
    expect(open.filter((text) => text.includes("planted-"))).toEqual([]);
    expect(run.outputs).toMatchObject({
      accountId: 7,
      support: { webhookEnabled: true, targets: { successRatePercent: 95 } },
    });
  });

  test("a second run changes nothing; without the webhook, the agent is not called", async () => {
    const state = memoryState();
    expect((await engine(stack, whole, state).up(program)).ok).toBe(true);
    const again = await engine(stack, whole, state).preview(program);
    expect(again.steps.filter(({ op }) => op !== "same").map(({ name }) => name)).toEqual([]);
    const off: Change = (values) => {
      whole(values);
      values.settings["support"].webhookEnabled = false;
    };
    const { steps } = await engine(stack, off, state).preview(program);
    expect(steps.filter(({ op }) => op === "delete").map(({ name }) => name)).toEqual(["support-agent"]);
  });
});

test.each(["agent", "facts"])("while %s fails, nothing is deployed", async (step) => {
  const failing: ProviderFactory = (...args) => ({
    ...command(...args),
    create: (inputs, context) =>
      inputs["create"] === step
        ? Promise.reject(new Error("planted failure"))
        : command(...args).create(inputs, context),
  });
  const run = await stackEngine("staging", { change: whole, providers: { ...doubles, command: failing } }).up(program);
  expect(run.ok).toBe(false);
  expect(run.steps.map(({ name }) => name)).not.toContain("deployment-release");
  expect(run.steps.map(({ name }) => name)).not.toContain("handover-account");
});

test("on Fly the facts are in Chatwoot's database by default", async () => {
  const run = await engine("staging", (values) => {
    whole(values);
    delete values.secrets["factsDatabaseUrl"];
    values.settings["support"].handover = undefined;
  }).up(program);
  const step = run.steps.find(({ name }) => name === "support-facts")!;
  expect(valueOf(step, "stdin")["DATABASE_URL"]).toMatch(/sslmode=/);
  expect(run.outputs).toMatchObject({ accountId: null });
});

describe("rejected before any change", () => {
  const cases: [string, StackName, Change, RegExp][] = [
    [
      "a gate without an agent",
      "staging",
      ({ settings }) => delete settings["support"].agentUrl,
      /support\.agentUrl: is required by support\.agentGate/,
    ],
    [
      "an invalid range",
      "staging",
      ({ settings }) => (settings["support"].agentGate.version = "newest"),
      /agentGate\.version: is not a valid version range/,
    ],
    [
      "a hand-over without a consumer",
      "staging",
      ({ settings }) => (settings["support"].handover = {}),
      /support\.handover: has no consumers/,
    ],
    [
      "a Secret without a cluster",
      "staging",
      ({ settings }) => (settings["support"].handover = { kubernetes: [{ namespace: "x" }] }),
      /needs a cluster/,
    ],
    [
      "the stack's own app",
      "staging",
      ({ settings }) => (settings["support"].handover = { fly: [{ app: "hotdash-chatwoot" }] }),
      /an app of this stack/,
    ],
    [
      "a duplicate place",
      "prod",
      ({ settings }) => (settings["support"].handover = { fly: [{ app: "a" }, { app: "a" }] }),
      /names a twice/,
    ],
    [
      "an address that is not stored",
      "prod",
      (values) => {
        delete values.settings["support"].facts;
        delete values.secrets["factsDatabaseUrl"];
      },
      /fly\.0\.databaseUrl: is true, but this stack has no facts/,
    ],
    [
      "facts without an address",
      "prod",
      ({ secrets }) => delete secrets["factsDatabaseUrl"],
      /chatwoot:factsDatabaseUrl: is missing/,
    ],
    [
      "facts behind a transaction pooler",
      "prod",
      ({ secrets }) => (secrets["factsDatabaseUrl"] = "postgresql://p.x:y@aws-0-eu.pooler.supabase.com:6543/postgres"),
      /factsDatabaseUrl: points at Supabase's transaction pooler/,
    ],
    [
      "an invalid schedule",
      "prod",
      ({ settings }) => (settings["support"].schedules = { report: "monday" }),
      /schedules\.report: is not a schedule/,
    ],
  ];
  test.each(cases)("%s", async (_, stack, change, expected) => {
    const run = await engine(stack, (values) => {
      whole(values);
      change(values);
    }).preview(program);
    expect(run.ok).toBe(false);
    expect(run.diagnostics.map(({ message }) => message).join("\n")).toMatch(expected);
  });
});
