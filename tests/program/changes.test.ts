import { expect, test } from "vitest";
import { memoryState, type StateStore } from "pulumi-embedded-engine";
import { doubles } from "../helpers/doubles.ts";
import { program, stackEngine, type StackOptions } from "../helpers/in-process.ts";
import type { StackName } from "../helpers/stack-files.ts";

type Change = NonNullable<StackOptions["change"]>;

async function deployed(stack: StackName): Promise<StateStore> {
  const state = memoryState();
  const { ok } = await stackEngine(stack, { providers: doubles, state }).up(program);
  expect(ok).toBe(true);
  return state;
}

/** The operations that a configuration change would cause, `op name`. */
async function effects(stack: StackName, change: Change): Promise<string[]> {
  const { steps } = await stackEngine(stack, { providers: doubles, state: await deployed(stack), change }).preview(
    program,
  );
  return steps
    .filter(({ op }) => !["same", "replace", "delete-replaced"].includes(op))
    .map(({ op, name }) => `${op} ${name}`)
    .sort();
}

const newImage: Change = ({ settings }) => (settings["image"] = "chatwoot/chatwoot:v4.17.1");
/** One that stays within the connections of both stacks. */
const withGroup: Change = ({ settings }) => {
  settings["worker"] = { ...settings["worker"], groups: { mail: { queues: ["mailers", "low"], concurrency: 2 } } };
};
const web = "update chatwoot-chart:chatwoot/chatwoot-web";
const worker = "update chatwoot-chart:chatwoot/chatwoot-worker";
/** The Job runs again, with its scripts, which own it. */
const preparation = ["create-replacement preparation-script", "update preparation-job"];

const cases: [what: string, stack: StackName, change: Change, effects: string[]][] = [
  ["a new image", "staging", newImage, ["update deployment-release"]],
  ["a new image", "prod", newImage, ["update postgres-drill-cronjob", ...preparation, web, worker]],
  ["more web machines", "staging", ({ settings }) => (settings["web"].count = 2), ["update deployment-scale"]],
  ["more web pods", "prod", ({ settings }) => (settings["web"].count = 3), [web]],
  [
    "more memory for the worker",
    "staging",
    ({ settings }) => (settings["worker"].memoryMb = 2048),
    ["update deployment-release"],
  ],
  ["more memory for the worker", "prod", ({ settings }) => (settings["worker"].memoryMb = 2048), [worker]],
  [
    "another storage key",
    "staging",
    ({ secrets }) => (secrets["storageSecretAccessKey"] = "another"),
    ["update app-secrets-staged", "update deployment-release"],
  ],
  [
    "another client secret",
    "prod",
    ({ secrets }) => (secrets["oidcClientSecret"] = "another"),
    ["update sso-proxy", "update sso-secret"],
  ],
  [
    "another backup key",
    "prod",
    ({ secrets }) => (secrets["backupSecretAccessKey"] = "another"),
    ["update postgres-backup-credentials"],
  ],
  [
    "another sender",
    "prod",
    ({ settings }) => (settings["mail"].sender = "help@newjoy.ro"),
    // The bootstrap also sets it in Chatwoot.
    [web, worker, "update environment-settings", "update environment-settings-copy", ...preparation],
  ],
  ["a closed API", "prod", ({ settings }) => (settings["kubernetes"].sso.publicApi = false), ["update sso-proxy"]],
  [
    "an allowed group",
    "prod",
    ({ settings }) => (settings["kubernetes"].sso.allowedGroups = ["support"]),
    ["update sso-proxy"],
  ],
  [
    "a single proxy",
    "prod",
    ({ settings }) => (settings["kubernetes"].sso.replicas = 1),
    ["delete sso-disruption-budget", "update sso-proxy"],
  ],
  [
    "no single sign-on",
    "prod",
    ({ settings, secrets }) => {
      delete settings["kubernetes"].sso;
      delete secrets["oidcClientId"];
      delete secrets["oidcClientSecret"];
    },
    [
      "delete network-proxy",
      "delete sso",
      "delete sso-cookie-secret",
      "delete sso-disruption-budget",
      "delete sso-pages",
      "delete sso-proxy",
      "delete sso-secret",
      "delete sso-service",
      web,
      worker,
      "update edge-ingress",
      // Without its proxy, the visitor's address is another entry of X-Forwarded-For.
      "update initializers-files",
      "update network-web",
    ],
  ],
  [
    "more memory for Redis",
    "prod",
    ({ settings }) => (settings["kubernetes"].redis.memoryMb = 1024),
    ["update redis-server", "update redis-settings"],
  ],
  [
    "a larger volume for Redis",
    "prod",
    ({ settings }) => (settings["kubernetes"].redis.sizeGi = 4),
    ["update redis-claim"],
  ],
  [
    "autoscaled web",
    "prod",
    ({ settings }) => (settings["kubernetes"].scaling = { web: { max: 4 } }),
    ["create chatwoot-scaling", "create chatwoot-scaling-web", web],
  ],
  ["a group of workers", "staging", withGroup, ["update deployment-release", "update deployment-scale"]],
  ["a group of workers", "prod", withGroup, ["create chatwoot-worker-mail", worker]],
  [
    "an autoscaled group of workers",
    "prod",
    (values) => {
      withGroup(values);
      values.settings["kubernetes"].scaling = { groups: { mail: { max: 3 } } };
    },
    [
      "create chatwoot-scaling",
      "create chatwoot-scaling-keda",
      "create chatwoot-scaling-redis-login",
      "create chatwoot-scaling-worker-mail",
      "create chatwoot-worker-mail",
      "create chatwoot-worker-mail-disruption",
      worker,
    ],
  ],
  [
    "autoscaled workers",
    "prod",
    ({ settings }) => (settings["kubernetes"].scaling = { worker: { max: 3 } }),
    [
      "create chatwoot-scaling",
      "create chatwoot-scaling-keda",
      "create chatwoot-scaling-redis-login",
      "create chatwoot-scaling-worker",
      worker,
    ],
  ],
  [
    "a single worker",
    "prod",
    ({ settings }) => (settings["worker"].count = 1),
    ["delete chatwoot-worker-disruption", worker],
  ],
  [
    "an ordinary user",
    "prod",
    ({ settings }) => (settings["kubernetes"].runAsNonRoot = true),
    ["update namespace", ...preparation, web, worker],
  ],
  ["another account", "prod", ({ settings }) => (settings["account"] = "Other"), preparation],
];

test.each(cases)("%s (%s) changes only the affected resources", async (_what, stack, change, expected) => {
  expect(await effects(stack, change)).toEqual([...expected].sort());
});

const renames: [what: string, change: Change][] = [
  [
    "the app's name",
    ({ settings }) => {
      settings["fly"].app = "other";
      settings["url"] = "https://other.fly.dev";
    },
  ],
  ["the Redis database's name", ({ settings }) => (settings["fly"].redis.name = "other")],
];

test.each(renames)("rejects a change of %s while it is protected", async (_what, change) => {
  const state = await deployed("staging");
  const { ok, diagnostics } = await stackEngine("staging", { providers: doubles, state, change }).preview(program);
  expect(ok).toBe(false);
  expect(diagnostics.map(({ message }) => message).join("\n")).toMatch(/protected/);
});
