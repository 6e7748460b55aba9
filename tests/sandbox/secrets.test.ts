import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { RunCommand } from "../../sandbox/cli/run-stack.ts";
import { openKube } from "./cluster.ts";
import type { StackName } from "../helpers/stack-files.ts";
import { openSandbox, type Overlay } from "./support.ts";

const sandbox = openSandbox({ sharedCluster: true });
afterAll(() => sandbox.dispose());

const planted = (round: string) => ({
  password: `planted!pass/word#${round}`,
  "storage id": `planted-storage-id-${round}`,
  "storage key": `planted+storage/key=${round}`,
  "oidc id": `planted-oidc-id-${round}`,
  "oidc secret": `planted"oidc'secret-${round}`,
  "backup id": `planted-backup-id-${round}`,
  "backup key": `planted+backup/key=${round}`,
});
const overlays = (round: string): Record<StackName, Overlay> => {
  const values = planted(round);
  const address = `postgresql://postgres.x:${encodeURIComponent(values.password)}@db.example.com:5432/postgres`;
  return {
    staging: {
      secrets: {
        "chatwoot:databaseUrl": address,
        "chatwoot:storageAccessKeyId": values["storage id"],
        "chatwoot:storageSecretAccessKey": values["storage key"],
      },
    },
    prod: {
      secrets: {
        "chatwoot:oidcClientId": values["oidc id"],
        "chatwoot:oidcClientSecret": values["oidc secret"],
        "chatwoot:backupAccessKeyId": values["backup id"],
        "chatwoot:backupSecretAccessKey": values["backup key"],
      },
    },
  };
};
const [before, after] = [overlays("one"), overlays("two")];

/** Everything that users and logs can see, by source. */
const shown: Record<string, string> = {};
const secrets: Record<string, string> = {};
let runs = 0;

const unescaped = (html: string): string =>
  html
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&amp;", "&");

type Flag = "diff" | "unprotect";
interface Run {
  flags?: readonly Flag[];
  exit?: number;
  /** By the command line, with the program in its own process. */
  byCommand?: boolean;
}

async function run(command: RunCommand, stack: StackName, overlay: Overlay, kind: Run = {}): Promise<void> {
  const { flags = [], exit = 0, byCommand = exit !== 0 } = kind;
  const page = command === "up" ? join(sandbox.root, `report-${runs}.html`) : undefined;
  const words = [command, ...flags.map((flag) => `--${flag}`), ...(page === undefined ? [] : ["--report", page])];
  const { output, events } = byCommand
    ? await sandbox.run([...words, "--stack", stack], { overlay, exit })
    : await sandbox.runHere(command, stack, {
        overlay,
        reportFile: page,
        diff: flags.includes("diff"),
        unprotect: flags.includes("unprotect"),
      });
  const where = `run ${++runs}, ${[command, ...flags, stack].join(" ")}`;
  expect(events.length).toBeGreaterThan(0);
  shown[where] = output;
  if (page !== undefined) shown[`${where}, page`] = unescaped(readFileSync(page, "utf8"));
  shown[`${where}, events`] = JSON.stringify(events);
  shown[`${where}, stack file`] = readFileSync(sandbox.folders.stackFile(stack), "utf8");
  if (command !== "preview") shown[`${where}, state`] = readFileSync(sandbox.folders.state(stack), "utf8");
}

beforeAll(async () => {
  await staging();
  await prod();
  for (const round of ["one", "two"])
    for (const [name, value] of Object.entries(planted(round))) secrets[`${name} ${round}`] = value;
}, 900_000);

async function staging(): Promise<void> {
  await run("preview", "staging", before.staging, { flags: ["diff"] });
  // The error messages of Fly and its programs contain all their input.
  const { password, "storage key": key } = planted("one");
  const leak = `forbidden: ${password}, ${key}, postgresql://u:${encodeURIComponent(password)}@db`;
  mkdirSync(sandbox.folders.fly, { recursive: true });
  sandbox.fly.setFaults({ calls: [{ match: "^secrets import", action: "fail", message: leak }] });
  await run("up", "staging", before.staging, { exit: 1 });
  sandbox.fly.setFaults({ releaseCommand: { exitCode: 1, logs: [leak] } });
  await run("up", "staging", before.staging, { exit: 1 });
  sandbox.fly.setFaults({});
  await deployAndChange("staging");
  await run("destroy", "staging", after.staging, { flags: ["unprotect", "diff"] });
}

async function prod(): Promise<void> {
  await run("preview", "prod", before.prod, { flags: ["diff"], byCommand: true });
  await deployAndChange("prod");
  const kube = await openKube(sandbox);
  for (const { metadata, data } of await kube.list("Secret")) {
    for (const [key, value] of Object.entries((data ?? {}) as Record<string, string>)) {
      const text = Buffer.from(value, "base64").toString();
      if (/password|secret|key|token/i.test(key) && text.length >= 12) secrets[`${metadata.name} ${key}`] = text;
    }
  }
  await kube.setFaults({ failJobs: ["prepare"] });
  await run("up", "prod", { ...after.prod, config: { "chatwoot:image": "chatwoot/chatwoot:v4.17.0" } }, { exit: 1 });
  await kube.setFaults({});
  kube.close();
  await run("destroy", "prod", after.prod, { flags: ["unprotect", "diff"] });
}

async function deployAndChange(stack: StackName): Promise<void> {
  const overlay = before[stack];
  await run("up", stack, overlay);
  learn(stack, (await sandbox.run(["outputs", "--stack", stack, "--show-secrets"], { overlay })).stdout);
  shown[`outputs of ${stack}`] = (await sandbox.run(["outputs", "--stack", stack], { overlay })).output;
  await run("preview", stack, after[stack], { flags: ["diff"] });
  await run("up", stack, after[stack], { flags: ["diff"], byCommand: true });
}

/** The secret values among a stack's outputs. */
function learn(stack: string, output: string): void {
  const outputs = JSON.parse(output) as Record<string, Record<string, string>>;
  const { postgres, secretKeyBase, encryptionKeys, admin, apiToken, webhookSecret, redisUrl } = outputs;
  Object.assign(secrets, {
    [`${stack} database password`]: postgres!["password"],
    [`${stack} SECRET_KEY_BASE`]: secretKeyBase,
    [`${stack} admin password`]: admin!["password"],
    [`${stack} API token`]: apiToken,
    [`${stack} webhook secret`]: webhookSecret,
    [`${stack} Redis password`]: new URL(redisUrl as unknown as string).password,
  });
  for (const [name, value] of Object.entries(encryptionKeys!)) secrets[`${stack} ${name}`] = value;
}

const formsOf = (secret: string): string[] => [
  ...new Set([
    secret,
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
    JSON.stringify(JSON.stringify(secret)).slice(3, -3),
    Buffer.from(secret).toString("base64"),
  ]),
];

function leaks(texts: Record<string, string>): string[] {
  return Object.entries(texts).flatMap(([where, text]) =>
    Object.entries(secrets)
      .filter(([, secret]) => formsOf(secret).some((form) => text.includes(form)))
      .map(([name]) => `${name} in ${where}`),
  );
}

test("the search finds the secrets where they belong", () => {
  for (const secret of Object.values(secrets)) expect(secret.length).toBeGreaterThanOrEqual(12);
  expect(Object.keys(secrets).length).toBeGreaterThan(30);
  // They are where they must be.
  const given = sandbox.fly
    .calls()
    .map(({ stdin }) => stdin)
    .join("\n");
  expect(leaks({ given })).toEqual(
    expect.arrayContaining(["storage key two in given", "staging SECRET_KEY_BASE in given"]),
  );
});

test("prints a failure without its secrets", () => {
  const failures = Object.entries(shown).filter(([, text]) =>
    text.includes("forbidden: [secret], [secret], postgresql://u:"),
  );
  const outputs = failures.map(([where]) => where).filter((where) => /, up staging$/.test(where));
  expect(outputs).toHaveLength(2);
});

test("prints no secret in any output, event, stack file or state", () => {
  expect(Object.keys(shown).length).toBeGreaterThan(40);
  expect(leaks(shown)).toEqual([]);
});

test("passes no secret to flyctl as an argument", () => {
  const calls = sandbox.fly.calls();
  expect(calls.length).toBeGreaterThan(20);
  expect(leaks(Object.fromEntries(calls.map(({ seq, argv }) => [`call ${seq}`, argv.join(" ")])))).toEqual([]);
});
