import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readCalls, Store, effectiveSecrets } from "flyctl-stand-in";
import { startPostgres, type PostgresServer } from "../../../sandbox/database/database.ts";
import { openSandbox, type Overlay } from "../../sandbox/support.ts";

/* Staging with facts and a hand-over, by the command line, from nothing to the removal. */

const sandbox = openSandbox();
let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres({ databases: ["facts"] });
});
afterAll(async () => {
  await server?.stop();
  await sandbox.dispose();
});

const ghFolder = fileURLToPath(new URL("gh", import.meta.url));
const shown: string[] = [];
const env = () => ({
  PATH: [ghFolder, process.env["PATH"]].join(delimiter),
  GH_SANDBOX: sandbox.root,
  CHATWOOT_ARTIFACTS_DIR: join(sandbox.root, "artifacts"),
});
const overlay = (handover: object | null): Overlay => ({
  config: {
    "chatwoot:support": { facts: {}, ...(handover === null ? {} : { handover: { accountId: 7, ...handover } }) },
  },
  secrets: { "chatwoot:factsDatabaseUrl": `${server.url}?sslmode=disable` },
});

async function run(command: string[], handover: object | null, exit = 0): Promise<string> {
  const { output, events } = await sandbox.run([...command, "--stack", "staging"], {
    overlay: overlay(handover),
    env: env(),
    exit,
  });
  shown.push(output, JSON.stringify(events));
  if (command[0] === "up") shown.push(readFileSync(sandbox.folders.state("staging"), "utf8"));
  return output;
}

const github = (): Record<string, string> =>
  JSON.parse(readFileSync(join(sandbox.root, "state.json"), "utf8")).repositories["hot/dash"].staging;
const consumer = (): Record<string, string> => effectiveSecrets(sandbox.fly.state().apps["hotdash-app"]!);

test("hands over, changes and removes, with no value in argv, output, preview, state or evidence", async () => {
  writeFileSync(
    join(sandbox.root, "state.json"),
    JSON.stringify({ hosts: ["github.com"], repositories: { "hot/dash": { staging: { OTHERS: "theirs" } } } }),
  );
  await run(["preview", "--diff"], null);
  // Chatwoot's app first; the consumer's app is created outside the program.
  await run(["up"], null);
  new Store(sandbox.folders.fly).update((state) => {
    const chat = state.apps["hotdash-chatwoot"]!;
    state.apps["hotdash-app"] = { ...structuredClone(chat), name: "hotdash-app", machines: [], deployed: false };
  });
  const before = Object.keys(consumer()).sort();

  const both = {
    fly: [{ app: "hotdash-app", databaseUrl: true }],
    github: [{ repository: "hot/dash", environment: "staging" }],
  };
  await run(["preview", "--diff"], both);
  await run(["up"], both);
  const token = github()["CHATWOOT_TOKEN_STAGING"]!;
  const secret = github()["CHATWOOT_WEBHOOK_SECRET_STAGING"]!;
  expect(token).toHaveLength(32);
  expect(github()).toMatchObject({ OTHERS: "theirs", CHATWOOT_ACCOUNT_ID_STAGING: "7" });
  expect(consumer()).toMatchObject({
    CHATWOOT_API_KEY: token,
    CHATWOOT_WEBHOOK_SECRET: secret,
    CHATWOOT_ACCOUNT_ID: "7",
    CHATWOOT_BASE_URL: "https://hotdash-chatwoot.fly.dev",
  });
  expect(consumer()["DATABASE_URL"]).toContain(`:${server.port}/facts`);
  expect(await server.sql("SELECT count(*) FROM support_facts_migrations")).toBe("5");
  expect(await run(["up"], both)).toMatch(/unchanged/);

  // The consumer keeps the rest, and loses the address that is no longer handed over.
  await run(["up"], { fly: [{ app: "hotdash-app" }] });
  expect(consumer()).toHaveProperty("CHATWOOT_API_KEY", token);
  expect(github()).toEqual({ OTHERS: "theirs" });

  const check = await sandbox.run(["ops", "pipeline", "check", "--stack", "staging", "--allow-quiet"], { env: env() });
  expect(check.output).toContain("All checks passed.");
  shown.push(check.output, await run(["up"], null));
  expect(Object.keys(consumer()).filter((name) => !before.includes(name))).toEqual([]);

  const evidence = readdirSync(join(sandbox.root, "artifacts"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8"));
  const places = {
    shown: shown.join("\n"),
    state: readFileSync(sandbox.folders.state("staging"), "utf8"),
    evidence: evidence.join("\n"),
    gh: readFileSync(join(sandbox.root, "calls.jsonl"), "utf8"),
    flyctl: JSON.stringify(readCalls(sandbox.folders.fly).map(({ argv }) => argv)),
  };
  for (const [place, text] of Object.entries(places)) {
    expect(text.length, place).toBeGreaterThan(100);
    for (const value of [token, secret, server.password]) expect(text.includes(value), place).toBe(false);
  }
});
