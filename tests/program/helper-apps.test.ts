import { beforeAll, describe, expect, test } from "vitest";
import { memoryState, type RunResult, type Step } from "pulumi-embedded-engine";
import { doubles } from "../helpers/doubles.ts";
import { openTexts } from "../helpers/open-texts.ts";
import { program, stackEngine, type StackOptions } from "../helpers/in-process.ts";
import type { Any } from "../helpers/stack-files.ts";

/* A Fly stack whose Redis and log shipper have their own apps. */

type Change = NonNullable<StackOptions["change"]>;

const ownRedis: Change = ({ settings }) => (settings["fly"].redis = { kind: "own" });
const helpers: Change = (values) => {
  ownRedis(values);
  const { settings, secrets } = values;
  settings["fly"].logs = { lokiUrl: "https://logs-prod-006.grafana.net", lokiUsername: "123456" };
  Object.assign(secrets, { lokiPassword: 'planted-"loki', flyLogsToken: "FlyV1 planted-token" });
};
const engine = (change: Change, state = memoryState()) => stackEngine("staging", { change, providers: doubles, state });

let run: RunResult;
beforeAll(async () => {
  run = await engine(helpers).up(program);
});

const own = (): Step[] => run.steps.filter(({ type }) => !type.startsWith("pulumi:"));
const named = (name: string): Step => own().find((step) => step.name === name)!;
const path = (step: Step): string => step.urn.split("::").slice(2).join("::");

test("deploys", () => {
  expect(run.diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  expect(run.ok).toBe(true);
});

test("creates the parts of both apps, by parent", () => {
  const parts = own().filter(({ name }) => /^(redis|logs)/.test(name));
  expect(parts.map((step) => path(step) + (step.protect ? "  (protected)" : "")).sort()).toMatchSnapshot();
});

test("orders each part after its dependencies", () => {
  const names = own().map(({ name }) => name);
  const order = (...wanted: string[]) => {
    const at = wanted.map((name) => names.indexOf(name));
    expect(at, wanted.join(" before ")).toEqual([...at].sort((a, b) => a - b));
    expect(at).not.toContain(-1);
  };
  for (const app of ["redis", "logs"])
    order(`${app}-app`, `${app}-secrets-staged`, `${app}-deployment-release`, `${app}-deployment-scale`);
  order("redis-password", "redis-secrets-staged");
  order("redis-deployment-scale", "deployment-release");
});

test("keeps every planted secret in secret inputs and outputs", () => {
  const open = own().flatMap((step) => [...openTexts(step.inputs), ...openTexts(step.outputs ?? {})]);
  expect(open.length).toBeGreaterThan(100);
  expect([...open, ...openTexts(run.outputs)].filter((text) => text.includes("planted-"))).toEqual([]);
});

test("gives Chatwoot and Redis the same generated password, and the shipper the user's secrets as its file requires", () => {
  const given = (name: string) => JSON.parse((named(name).inputs["stdin"] as { value: string }).value);
  expect(given("app-secrets-staged").REDIS_URL).toBe(
    "redis://default:planted-redis-password@hotdash-chatwoot-redis.internal:6379",
  );
  expect(given("redis-secrets-staged")).toEqual({ REDIS_PASSWORD: "planted-redis-password" });
  expect(given("logs-secrets-staged")).toEqual({
    FLY_LOGS_TOKEN: "FlyV1 planted-token",
    LOKI_PASSWORD: 'planted-\\"loki',
  });
});

test("gives the shipper every app of the stack", () => {
  const environment = named("logs-deployment-release").inputs["environment"] as Record<string, string>;
  for (const app of ["hotdash-chatwoot", "hotdash-chatwoot-redis", "hotdash-chatwoot-logs"])
    expect(environment["STEP_MACHINE_CONFIG"]).toContain(`logs.${app}.>`);
});

/** The operations that a configuration change would cause on a deployed stack, `op name`. */
async function effects(before: Change, after: Change): Promise<{ steps: string[]; messages: string }> {
  const state = memoryState();
  expect((await engine(before, state).up(program)).ok).toBe(true);
  const { steps, diagnostics } = await engine(after, state).preview(program);
  const changed = steps.filter(({ op }) => !["same", "replace", "delete-replaced"].includes(op));
  return {
    steps: changed.map(({ op, name }) => `${op} ${name}`).sort(),
    messages: diagnostics.map(({ message }) => message).join("\n"),
  };
}

describe("a change", () => {
  const withChange =
    (how: Change): Change =>
    (values) => {
      helpers(values);
      how(values);
    };

  test("of nothing changes nothing", async () => {
    expect((await effects(helpers, helpers)).steps).toEqual([]);
  });

  test("of Redis's memory restarts Redis alone", async () => {
    const { steps } = await effects(
      helpers,
      withChange(({ settings }) => (settings["fly"].redis.memoryMb = 1024)),
    );
    expect(steps).toEqual(["update redis-deployment-release"]);
  });

  test("of Loki's password updates only the shipper", async () => {
    const { steps } = await effects(
      helpers,
      withChange(({ secrets }) => (secrets["lokiPassword"] = "planted-other")),
    );
    expect(steps).toEqual(["update logs-deployment-release", "update logs-secrets-staged"]);
  });

  test("that disables shipping deletes its app, and nothing else", async () => {
    const { steps } = await effects(helpers, ownRedis);
    expect(steps).toEqual([
      // The component, and its app.
      "delete logs",
      "delete logs",
      "delete logs-app",
      "delete logs-deployment",
      "delete logs-deployment-release",
      "delete logs-deployment-scale",
      "delete logs-secrets",
      "delete logs-secrets-staged",
    ]);
  });

  test.each([
    ["from Upstash to its own Redis", () => undefined, ownRedis, "redis-database"],
    ["from its own Redis to Upstash", ownRedis, () => undefined, "redis-app"],
    [
      "a change of its own Redis's app",
      ownRedis,
      ({ settings }: Any) => (settings["fly"].redis = { kind: "own", app: "other" }),
      "redis-app",
    ],
  ] as [string, Change, Change, string][])(
    "rejects %s, because jobs may wait in the old one",
    async (_what, before, after, kept) => {
      const { messages } = await effects(before, after);
      expect(messages).toMatch(/protected/);
      expect(messages).toContain(kept);
    },
  );
});
