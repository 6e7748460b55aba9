import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { describe, expect, onTestFinished, test } from "vitest";
import { secretNames } from "../../../config/secrets.ts";
import { givenSecrets } from "../../../ops/rotate/given.ts";
import { isUnattended, planRotation, rotatable, type Known, type Plan } from "../../../ops/rotate/plan.ts";
import { formatPlan } from "../../../ops/rotate/report.ts";
import { apiToken, openChatwoot, openReceiver, webhookSecret } from "../chatwoot/support.ts";
import { stackOutputs } from "../../servers/support-pipeline/pipeline-run.ts";
import { bundledEnvironment } from "../../helpers/programs/environment.ts";

const type = "random:index/randomPassword:RandomPassword";
const urnOf = (name: string) => `urn:pulumi:staging::chatwoot::chatwoot:chatwoot:GeneratedSecrets$${type}::${name}`;
const resource = (name: string, protect = false) => ({ urn: urnOf(name), type, protect });
const known: Known = {
  stack: "staging",
  target: "fly",
  handedTo: ["Fly app hotdash-app"],
  resources: [
    resource("secrets-secret-key-base", true),
    resource("secrets-api-token"),
    resource("secrets-webhook-secret"),
    resource("redis-password", true),
    resource("postgres-password", true),
    resource("sso-cookie-secret"),
  ],
};
const commands = ({ steps }: Plan) => steps.map(({ command }) => command);

test("the token: one run, then health", () => {
  const plan = planRotation("apiToken", known);
  expect(commands(plan)).toEqual([
    `pulumi up --replace '${urnOf("secrets-api-token")}' --stack staging`,
    "npm run ops -- health --stack staging",
  ]);
});

test("the webhook's secret: receivers accept both before Chatwoot switches", () => {
  const plan = planRotation("webhookSecret", known);
  const read = "pulumi stack output webhookSecret --show-secrets --stack staging";
  expect(commands(plan)).toEqual([
    read,
    `pulumi up --target-replace '${urnOf("secrets-webhook-secret")}' --stack staging`,
    read,
    "pulumi up --stack staging",
    "npm run ops -- health --stack staging",
    undefined,
  ]);
  expect(plan.steps[0]!.what).toContain(
    "the current secret in every receiver of the account's webhooks (handed over to Fly app hotdash-app)",
  );
});

describe("a stack file that counts rotations", () => {
  const counted: Known = {
    ...known,
    resources: known.resources.map((each) => ({ ...each, inputs: { keepers: { rotation: "2" } } })),
  };
  const set = (name: string) => `pulumi config set --path chatwoot:rotation.${name} 3 --stack staging`;

  test("rotates by increasing the number", () => {
    const plan = planRotation("apiToken", counted);
    expect(commands(plan)).toEqual([
      set("apiToken"),
      "pulumi up --stack staging",
      "npm run ops -- health --stack staging",
    ]);
    expect(isUnattended(plan)).toBe(true);
  });

  test("updates the receivers of the webhook's secret first", () => {
    const read = "pulumi stack output webhookSecret --show-secrets --stack staging";
    expect(commands(planRotation("webhookSecret", counted))).toEqual([
      read,
      set("webhookSecret"),
      `pulumi up --target '${urnOf("secrets-webhook-secret")}' --stack staging`,
      read,
      "pulumi up --stack staging",
      "npm run ops -- health --stack staging",
      undefined,
    ]);
  });

  test("removes the protection before", () => {
    expect(commands(planRotation("redisPassword", counted)).slice(0, 2)).toEqual([
      `pulumi state unprotect '${urnOf("redis-password")}' --stack staging`,
      set("redisPassword"),
    ]);
  });

  test("counts no keepers of another kind", () => {
    const [token] = counted.resources.slice(1);
    const odd = { ...counted, resources: [{ ...token!, inputs: { keepers: { value: "x" } } }] };
    expect(commands(planRotation("apiToken", odd))[0]).toContain("--replace");
  });
});

test("requires the operator to allow a protected value once", () => {
  const [first, second] = commands(planRotation("redisPassword", known));
  expect(first).toBe(`pulumi state unprotect '${urnOf("redis-password")}' --stack staging`);
  expect(second).toContain("--replace");
});

test("the database's password on Kubernetes: allowed once, then one run", () => {
  expect(commands(planRotation("databasePassword", known))).toEqual([
    `pulumi state unprotect '${urnOf("postgres-password")}' --stack staging`,
    `pulumi up --replace '${urnOf("postgres-password")}' --stack staging`,
    "npm run ops -- health --stack staging",
  ]);
});

test("external keys: the second one works before the first one is revoked", () => {
  const plan = planRotation("storageSecretAccessKey", known);
  expect(plan.secret).toBe("storageKeys");
  expect(commands(plan)).toEqual([
    undefined,
    "pulumi config set --secret chatwoot:storageAccessKeyId --stack staging",
    "pulumi config set --secret chatwoot:storageSecretAccessKey --stack staging",
    "pulumi up --stack staging",
    "npm run ops -- health --stack staging",
    undefined,
  ]);
  expect(plan.steps.at(-1)!.what).toMatch(/^Delete the first key pair/);
});

test.for([
  ["SECRET_KEY_BASE", /must never change: a new value invalidates every session/],
  ["secretKeyBase", /must never change/],
  ["encryptionKeys", /would be unreadable.*--stack staging/],
  ["ACTIVE_RECORD_ENCRYPTION_DETERMINISTIC_KEY", /must never change/],
  ["adminPassword", /is only the initial password/],
  ["hello", /is not a secret of a stack\. Use one of apiToken, webhookSecret/],
] as const)("rejects %s with the reason", ([name, expected]) => {
  expect(() => planRotation(name, known)).toThrow(expected);
});

test("rejects a secret that the stack lacks, and one that its cluster generates", () => {
  expect(() => planRotation("cookieSecret", { ...known, resources: [] })).toThrow(/has no cookieSecret.*--show-urns/);
  expect(() => planRotation("redisPassword", { ...known, resources: [] })).toThrow(/at your Redis provider/);
  expect(() => planRotation("databaseUrl", { ...known, target: "kubernetes" })).toThrow(
    /generated by the stack on Kubernetes.*rotate databasePassword/,
  );
  expect(() => planRotation("databasePassword", { ...known, resources: [] })).toThrow(/rotate databaseUrl/);
  expect(() => planRotation("POSTGRES_PASSWORD", known)).toThrow(/rotate databasePassword/);
});

test("every secret in the configuration has a plan, except those that hold several", () => {
  const planned = Object.values(givenSecrets).flatMap(({ keys }) => [...keys]);
  const left = ["environmentSecrets", "installationSecrets", "inboxSecrets", "keptSecrets", "oidcClientId"];
  expect([...planned, ...left].sort()).toEqual([...secretNames].sort());
});

test("every plan fits 80 columns except for its commands, and numbers each step", () => {
  for (const name of rotatable) {
    const plan = planRotation(name, known);
    const lines = formatPlan("staging", plan).split("\n");
    for (const line of lines)
      if (!plan.steps.some(({ command }) => line.trim() === command) && !line.includes("`"))
        expect(line.length, line).toBeLessThanOrEqual(80);
    expect(lines.filter((line) => /^ \d\. /.test(line))).toHaveLength(plan.steps.length);
  }
});

/** The command in its own process, with a `pulumi` that records its arguments and exits as configured. */
async function prepare(exitCode: number) {
  const folder = mkdtempSync(join(tmpdir(), "rotate-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const calls = join(folder, "calls");
  writeFileSync(calls, "");
  writeFileSync(join(folder, "pulumi"), `#!/bin/sh\necho "$*" >> '${calls}'\nexit ${exitCode}\n`);
  chmodSync(join(folder, "pulumi"), 0o755);
  const { url: webhookUrl } = await openReceiver();
  const { chatwoot } = await openChatwoot({ webhookUrl });
  const outputs = { ...stackOutputs(null, { webhookUrl }), url: chatwoot.url, apiToken, webhookSecret };
  const stack = { urn: "urn:pulumi:staging::chatwoot::pulumi:pulumi:Stack::x", type: "pulumi:pulumi:Stack", outputs };
  const namespace = {
    urn: "urn:pulumi:staging::chatwoot::kubernetes:core/v1:Namespace::namespace",
    type: "kubernetes:core/v1:Namespace",
    inputs: { metadata: { name: "chatwoot" } },
  };
  const file = join(folder, "state.json");
  writeFileSync(
    file,
    JSON.stringify({ version: 3, deployment: { resources: [stack, namespace, ...known.resources] } }),
  );
  const env = {
    ...bundledEnvironment(),
    PATH: `${folder}:${process.env["PATH"]}`,
    NO_COLOR: "1",
    CHATWOOT_ARTIFACTS_DIR: folder,
  };
  const run = (...args: string[]) =>
    execa("node", ["ops/main.ts", "rotate", "--stack", "staging", ...args], {
      env: { ...env, CHATWOOT_STATE_FILE: file },
      extendEnv: false,
      reject: false,
      all: true,
      timeout: 25_000,
    });
  return { folder, chatwoot, run, called: () => readFileSync(calls, "utf8").trim().split("\n").filter(Boolean) };
}

test("runs nothing without --yes; with it, runs the printed plan and then health", async () => {
  const { run, called, folder, chatwoot } = await prepare(0);
  const shown = await run("apiToken");
  expect([shown.exitCode, called()]).toEqual([0, []]);
  expect(shown.all).toContain(
    "Nothing was changed. To run the steps:\n`npm run ops -- rotate apiToken --stack staging --yes`.",
  );

  const done = await run("apiToken", "--yes");
  expect(done.all).toMatch(/Rotation of apiToken OK$/);
  expect(done.exitCode).toBe(0);
  const urn = urnOf("secrets-api-token");
  expect(called()).toEqual([`up --replace ${urn} --stack staging --yes --skip-preview --non-interactive`]);
  const [name = ""] = readdirSync(join(folder, "ops"));
  const saved = readFileSync(join(folder, "ops", name), "utf8");
  expect(JSON.parse(saved)).toMatchObject({ ok: true, target: "staging: rotate apiToken" });
  expect(shown.all + done.all + saved).not.toMatch(/planted-/);

  // Chatwoot rejects the stack's token, which health must detect.
  chatwoot.state.users.forEach((user) => Object.assign(user, { accessToken: "another" }));
  const unhealthy = await run("apiToken", "--yes");
  expect(unhealthy.exitCode).toBe(2);
  expect(unhealthy.all).toContain("FAILED  API token");

  const manual = await run("webhookSecret", "--yes");
  expect([manual.exitCode, called().length]).toEqual([1, 2]);
  expect(manual.all).toContain("has manual steps");
});

test("a failed deployment: no retry, and the command to run", async () => {
  const { run } = await prepare(255);
  const failed = await run("apiToken", "--yes");
  expect(failed.exitCode).toBe(1);
  expect(failed.all).toMatch(/exit code 255.*Do not rotate again.*`pulumi up --stack staging`/);
});
