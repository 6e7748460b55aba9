import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { knownAddress } from "../../sandbox/database/database.ts";
import { processesOf } from "./processes.ts";
import { openSandbox, type Overlay } from "./support.ts";

/* The operators' commands after `make sandbox`, as an operator types them, on both stacks. */

const sandbox = openSandbox({ sharedCluster: true });
// The speed of this machine does not matter to the program.
const targets = { averageResponseMs: 20_000 };
const overlay: Overlay = { config: { "chatwoot:support": { targets } } };
const env = { CHATWOOT_ARTIFACTS_DIR: join(sandbox.root, "artifacts"), NO_COLOR: "1" };
const ops = (command: string, stack: string, exit = 0) =>
  sandbox.run(["ops", ...command.split(" "), "--stack", stack], { env, exit });

beforeAll(async () => {
  for (const stack of ["staging", "prod"]) await sandbox.runHere("up", stack, { overlay });
}, 600_000);
afterAll(() => sandbox.dispose());

interface Typed {
  command: string;
  /** A part of its output. */
  expected: RegExp;
}

/** In an order in which no command can depend on another one, only on `up`. */
const commands: Typed[] = [
  { command: "pipeline report", expected: /Every target was met[^]*\| deliveries +\| +\d\d \|/ },
  { command: "pipeline check", expected: /ok +deliveries +\d\d deliveries\n[^]*All checks passed\.$/m },
  { command: "pipeline baseline", expected: /success rate +100\.00 %/ },
  { command: "pipeline migrate", expected: /nothing to migrate/ },
  { command: "pipeline workflow", expected: /cron: "\*\/15 \* \* \* \*"/ },
  { command: "health", expected: /(ok {6}[^]*){8}\nChatwoot health check OK$/m },
  { command: "smoke --mail", expected: /(ok {6}[^]*){8}\nChatwoot smoke test OK$/m },
  {
    command: "e2e",
    expected: /ok +fact +recorded in dashboard_facts[^]*ok +agent's note +private[^]*\nChatwoot end-to-end test OK$/m,
  },
];

describe.each(["staging", "prod"])("%s", (stack) => {
  let secrets: string[];
  beforeAll(async () => {
    secrets = await secretsOf(stack);
  });

  test("cutover waits for the first base backup and drill of a new cluster alone", async () => {
    const { output } = await ops("cutover", stack, stack === "prod" ? 2 : 0);
    expect(output).toMatch(/ready +Performance baseline\n +recorded now: 100\.00 %/);
    expect(output).toMatch(
      stack === "prod" ? /MISSING +Backups[^]*\nCut-over NOT READY: 14 ready, 1 missing/ : /\nCut-over READY: 14 ready/,
    );
  });

  test("env gives a consumer what works, in a file that only its owner reads, and overwrites nothing", async () => {
    const file = join(sandbox.root, `${stack}.env`);
    await ops(`env --file ${file} --suffix`, stack);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const text = readFileSync(file, "utf8");
    const end = `_${stack.toUpperCase()}`;
    expect(text).toContain(`CHATWOOT_ACCOUNT_ID${end}=1\n`);
    const [token, webhookSecret] = secrets;
    expect(text).toContain(`CHATWOOT_TOKEN${end}=${token}\n`);
    expect(text).toContain(`CHATWOOT_WEBHOOK_SECRET${end}=${webhookSecret}\n`);
    expect((await ops(`env --file ${file}`, stack, 1)).output).toContain("exists, and is not overwritten");
    const { stdout } = await ops("env --format json --only REDIS_URL,POSTGRES_HOST", stack);
    expect(Object.keys(JSON.parse(stdout) as object)).toEqual(["POSTGRES_HOST", "REDIS_URL"]);
  });

  test.each(commands)("$command: 0, in 80 columns, without colour and secrets", async ({ command, expected }) => {
    const { output } = await ops(command, stack);
    expect(output).toMatch(expected);
    expect(output).not.toContain("\u001b");
    // Commands, Markdown and YAML are not wrapped.
    if (!/report|workflow/.test(command))
      for (const line of output.split("\n")) if (!/[`/]/.test(line)) expect(line.length, line).toBeLessThanOrEqual(80);
    for (const secret of secrets) expect(output).not.toContain(secret);
  });
});

async function secretsOf(stack: string): Promise<string[]> {
  const { stdout } = await sandbox.run(["outputs", "--stack", stack, "--show-secrets"]);
  const { apiToken, webhookSecret, admin } = JSON.parse(stdout) as {
    apiToken: string;
    webhookSecret: string;
    admin: { password: string };
  };
  const facts = new URL(knownAddress(sandbox.folders.facts(stack)) as string);
  return [apiToken, webhookSecret, admin.password, facts.password];
}

test("no process runs between the commands except the cluster, and the facts are kept", async () => {
  const programs = (await processesOf(sandbox.folders.root)).map(({ command }) => command).join("\n");
  expect(programs).not.toContain("postgres");
  const { stdout } = await ops("pipeline check --json", "prod");
  const { measured } = JSON.parse(stdout) as { measured: { deliveries: number; succeeded: number } };
  // Ten customers before each command that measures, and one in each test of the whole pipeline.
  expect(measured.deliveries).toBeGreaterThanOrEqual(50);
  expect(measured.succeeded).toBe(measured.deliveries);
});

test("a second up changes nothing", async () => {
  for (const stack of ["staging", "prod"])
    expect((await sandbox.runHere("up", stack, { overlay })).changes).toEqual([]);
});

describe("a problem is detected and explained", () => {
  test("a disabled webhook: nothing to measure, and the fix", async () => {
    const off: Overlay = { config: { "chatwoot:support": { targets, webhookEnabled: false } } };
    await sandbox.runHere("up", "staging", { overlay: off });
    const { output } = await ops("e2e", "staging", 2);
    expect(output).toMatch(/FAILED +webhook +is disabled/);
    expect(output).toContain("webhookEnabled true --stack staging");
  });

  test("slow responses: against a target that no machine meets", async () => {
    const strict: Overlay = { config: { "chatwoot:support": { targets: { averageResponseMs: 1 } } } };
    await sandbox.runHere("up", "staging", { overlay: strict });
    const { output } = await ops("pipeline check", "staging", 2);
    expect(output).toMatch(/FAILED +response .*under 1 ms/);
  });

  test("a stack that was not deployed: reported before anything starts", async () => {
    const other = openSandbox();
    try {
      const { output } = await other.run(["ops", "pipeline", "check", "--stack", "staging"], { exit: 2 });
      expect(output).toContain("staging is not deployed in this sandbox.");
      expect(output).not.toContain("created messages from");
    } finally {
      await other.dispose();
    }
  });
});

test("destroy deletes the facts with their stack", async () => {
  await sandbox.runHere("destroy", "staging", { overlay, unprotect: true });
  expect(existsSync(sandbox.folders.facts("staging"))).toBe(false);
  expect(existsSync(sandbox.folders.facts("prod"))).toBe(true);
});
