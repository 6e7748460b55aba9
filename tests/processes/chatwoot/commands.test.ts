import { specialSecretSig, specialSigKey } from "@pulumi/pulumi/runtime/rpc.js";
import { on } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { execa, type Options } from "execa";
import { expect, onTestFinished, test } from "vitest";
import { openCrypter } from "pulumi-embedded-engine";
import { apiToken, openChatwoot, openReceiver, supportEvents, webhookSecret } from "./support.ts";
import { exportOf, wholeApp } from "../../helpers/deployed-stack.ts";
import { bundledEnvironment } from "../../helpers/programs/environment.ts";

/* The commands as an operator types them, each in its own process. */

const secretEnvelope = { [specialSigKey]: specialSecretSig };
const planted = /planted-/;

async function prepare() {
  const folder = mkdtempSync(join(tmpdir(), "chatwoot-ops-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const receiver = await openReceiver();
  const { chatwoot } = await openChatwoot({ webhookUrl: receiver.url });
  const run = (file: string, args: readonly string[], env: Record<string, string> = {}) =>
    execa(file, args, {
      env: {
        ...bundledEnvironment(),
        PATH: process.env["PATH"],
        CHATWOOT_ARTIFACTS_DIR: folder,
        NO_COLOR: "1",
        ...env,
      },
      extendEnv: false,
      reject: false,
      all: true,
      timeout: 55_000,
    } satisfies Options);
  const evidence = () =>
    readdirSync(join(folder, "ops")).map((name) => ({
      name,
      mode: statSync(join(folder, "ops", name)).mode & 0o777,
      text: readFileSync(join(folder, "ops", name), "utf8"),
    }));
  const environment = {
    CHATWOOT_BASE_URL: chatwoot.url,
    CHATWOOT_API_KEY: apiToken,
    CHATWOOT_WEBHOOK_URL: receiver.url,
    CHATWOOT_WEBHOOK_SECRET: webhookSecret,
  };
  return { folder, receiver, chatwoot, run, evidence, environment };
}

/** Waits until a running command has printed this. Call it when the command starts: it sees only what is printed later. */
async function untilPrinted({ all }: { all: Readable }, text: string): Promise<void> {
  let seen = "";
  for await (const chunk of on(all, "data", { close: ["end"] })) {
    seen += String(chunk);
    if (seen.includes(text)) return;
  }
}

const ops = ["--require", "./scripts/preload.cjs", "ops/main.ts"];

/** A deployment export with encrypted secrets, as Pulumi writes it. */
async function stateFile(folder: string, outputs: (secret: (value: string) => object) => object): Promise<string> {
  const crypter = await openCrypter("a passphrase");
  const secret = (value: string) => ({ ...secretEnvelope, ciphertext: crypter.encrypt(JSON.stringify(value)) });
  const type = "pulumi:pulumi:Stack";
  const resource = { urn: `urn:pulumi:staging::chatwoot::${type}::chatwoot-staging`, type, outputs: outputs(secret) };
  const { deployment } = JSON.parse(exportOf(wholeApp)) as { deployment: { resources: object[] } };
  const parts = deployment.resources;
  const path = join(folder, "state.json");
  const provider = { type: "passphrase", state: { salt: crypter.salt } };
  writeFileSync(
    path,
    JSON.stringify({ version: 3, deployment: { secrets_providers: provider, resources: [resource, ...parts] } }),
  );
  return path;
}

test("the health check for crontabs, by their environment variables", async () => {
  const { run, environment, evidence } = await prepare();
  const result = await run("npm", ["run", "ops:check-chatwoot-health"], environment);
  expect(result.all).toContain("ok      API token       works, administrator of account 1");
  expect(result.all?.trimEnd().split("\n").at(-1)).toBe("Chatwoot health check OK");
  expect(result.exitCode).toBe(0);
  const [saved] = evidence();
  expect(saved).toMatchObject({ name: expect.stringMatching(/^chatwoot-health-\d{4}-\d\d-\d\d\.jsonl$/), mode: 0o600 });
  expect(JSON.parse(saved!.text)).toMatchObject({ ok: true, results: { length: 8 } });
  expect(result.all + saved!.text).not.toMatch(planted);
});

test("a failed one ends with 2, in 80 columns, with the command to run", async () => {
  const { run, environment } = await prepare();
  const result = await run("node", [...ops, "health"], { ...environment, CHATWOOT_API_KEY: "planted-wrong" });
  expect(result.exitCode).toBe(2);
  expect(result.all).toContain("FAILED  API token       Chatwoot rejected the token");
  expect(result.all).toContain("`pulumi stack output apiToken --show-secrets --stack STACK`");
  expect(result.all?.split("\n").at(-1)).toBe("Chatwoot health check FAILED: 1 of 8");
  // A command is never wrapped, so its line may be longer.
  for (const line of result.all.split("\n")) if (!line.includes("`")) expect(line.length).toBeLessThanOrEqual(80);
  expect(result.all).not.toMatch(planted);
});

test("of a stack, from the outputs that Pulumi encrypted", async () => {
  const { run, folder, chatwoot, receiver } = await prepare();
  const file = await stateFile(folder, (secret) => ({
    target: "fly",
    url: chatwoot.url,
    account: "HotDash",
    admin: { email: "admin@hotrodan.com", password: secret("planted-password") },
    apiToken: secret(apiToken),
    webhookSecret: secret(webhookSecret),
    databaseUrl: secret("postgresql://x"),
    redisUrl: secret("redis://x"),
    support: { webhookUrl: receiver.url, events: supportEvents, agentUrl: null },
  }));
  const env = { CHATWOOT_STATE_FILE: file, PULUMI_CONFIG_PASSPHRASE: "a passphrase" };
  const result = await run("node", [...ops, "health", "--stack", "staging", "--json"], env);
  const shown = JSON.parse(result.stdout) as {
    ok: boolean;
    target: string;
    results: { name: string; detail: string }[];
  };
  expect(shown).toMatchObject({ ok: true, target: "staging" });
  expect(shown.results.find(({ name }) => name === "webhooks")?.detail).toBe("the webhook is registered, 2 events");
  expect(result.all).not.toMatch(planted);

  const wrong = await run("node", [...ops, "health", "--stack", "staging"], { ...env, PULUMI_CONFIG_PASSPHRASE: "x" });
  expect(wrong.exitCode).toBe(1);
  expect(wrong.all).toContain(
    "CHATWOOT_STATE_FILE: the secrets in the file cannot be decrypted. Set PULUMI_CONFIG_PASSPHRASE",
  );

  const smoke = await run("node", [...ops, "smoke", "--stack", "staging", "--mail", "--json"], env);
  expect([smoke.exitCode, chatwoot.state.mails.map(({ to }) => to)]).toEqual([0, ["admin@hotrodan.com"]]);
});

test("repeated health: one line if healthy, more if not, until Ctrl-C", async () => {
  const { run, environment, chatwoot } = await prepare();
  const listing = "GET /api/v1/accounts/1/webhooks";
  const running = run("node", [...ops, "health", "--interval", "5"], environment);
  const failed = untilPrinted(running, "is not");
  await expect.poll(() => chatwoot.requests.includes(listing), { timeout: 40_000 }).toBe(true);
  chatwoot.state.webhooks.splice(0);
  await expect.poll(() => chatwoot.requests.filter((each) => each === listing).length, { timeout: 40_000 }).toBe(2);
  await failed;
  running.kill("SIGINT");
  const { all, exitCode } = await running;
  expect(all).toMatch(
    /^\d{4}-\d\d-\d\dT[\d:]{8}Z Chatwoot health check OK\nFAILED {2}webhooks .*is not\s+among the 0/s,
  );
  expect(all).not.toContain("ok      Rails");
  expect(exitCode).toBe(2);
});

test("the smoke script still accepts a token, and passes it only in the environment", async () => {
  const { run, chatwoot, environment, evidence } = await prepare();
  const { CHATWOOT_API_KEY: _, CHATWOOT_BASE_URL: __, ...rest } = environment;
  chatwoot.faults.push({ match: "^GET /packs", delayMs: 1500, times: 1 });
  const args = [chatwoot.url, "--interval", "180", "--token", apiToken];
  const running = run("scripts/ops/chatwoot-fly-smoke.sh", args, rest);
  const first = untilPrinted(running, "Chatwoot smoke test OK");
  await expect.poll(() => chatwoot.requests.includes("GET /packs/js/sdk.js"), { timeout: 40_000 }).toBe(true);
  const commandLine = readFileSync(`/proc/${running.pid}/cmdline`, "utf8");
  expect(commandLine.split("\0").slice(-5, -1)).toEqual(["smoke", chatwoot.url, "--interval", "180"]);
  expect(commandLine).not.toMatch(planted);
  await expect
    .poll(() => chatwoot.requests.some((each) => /^POST .*upload$/.test(each)), { timeout: 40_000 })
    .toBe(true);
  await first;
  running.kill("SIGINT");
  const { all, exitCode } = await running;
  expect(all).toContain("--token: is visible in the list of processes. Set CHATWOOT_API_KEY instead.");
  expect(all).toMatch(/Z Chatwoot smoke test OK$/);
  expect(exitCode).toBe(0);
  expect(all + evidence()[0]!.text).not.toMatch(planted);
});

test("the smoke script uses the installed Node.js, whatever PATH has", async () => {
  const { run, environment, folder } = await prepare();
  const old = join(folder, "old");
  mkdirSync(old);
  writeFileSync(join(old, "node"), "#!/bin/sh\necho 'an old Node.js'\n", { mode: 0o755 });
  const { all } = await run("scripts/ops/chatwoot-fly-smoke.sh", ["--help"], {
    ...environment,
    PATH: `${old}:${process.env["PATH"]}`,
  });
  expect(all).toContain("Usage: ops smoke");
});

test("Ctrl-C during a smoke test leaves nothing in Chatwoot", async () => {
  const { run, chatwoot, environment } = await prepare();
  chatwoot.faults.push({ match: "^POST .*/upload$", delayMs: 1000 });
  const running = run("node", [...ops, "smoke", chatwoot.url], environment);
  await expect
    .poll(() => chatwoot.requests.some((each) => /^POST .*upload$/.test(each)), { timeout: 40_000 })
    .toBe(true);
  running.kill("SIGINT");
  const { all, exitCode } = await running;
  expect([exitCode, all]).toEqual([1, "smoke: interrupted before the first result."]);
  expect([chatwoot.state.inboxes, chatwoot.state.contacts, chatwoot.state.deadJobs]).toEqual([[], [], []]);
});

test.each([
  [["health"], "CHATWOOT_BASE_URL: is not set, and no stack is given. Run `npm run ops -- health --stack STACK`"],
  [["smoke", "not a host"], 'smoke: "not a host" is not a valid host. Use a host such as chat.example.com.'],
  [["smoke", "x.example", "--mail"], "--mail: no address was given, and no stack. Use --mail ADDRESS"],
  [["smoke", "x.example", "--interval", "1"], "Use whole seconds from 30 to 86400."],
  [["health", "--interval", "5m"], "Use whole seconds from 5 to 86400."],
])("rejects %j with one sentence", async (args, expected) => {
  const { run } = await prepare();
  const { all, exitCode } = await run("node", [...ops, ...args]);
  expect(all).toContain(expected);
  expect(all).not.toMatch(/^ +at /m);
  expect(exitCode).toBe(1);
});
