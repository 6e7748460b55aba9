import { join } from "node:path";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { execa } from "execa";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startPostgres, type PostgresServer } from "../../../sandbox/database/database.ts";
import { apiToken, webhookSecret } from "../chatwoot/support.ts";
import { stackOutputs } from "../../servers/support-pipeline/pipeline-run.ts";
import { openWorld, type World } from "./world.ts";
import { bundledEnvironment } from "../../helpers/programs/environment.ts";

/* `npm run ops -- e2e` as an operator types it, in its own process. */

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
}, 300_000);
afterAll(() => server?.stop());

function start({ pipeline, chatwoot, webhookUrl, agentUrl }: World, args: readonly string[]) {
  const outputs = stackOutputs(pipeline.url, { webhookUrl, agentUrl });
  return execa("node", ["ops/main.ts", "e2e", "--stack", "staging", ...args], {
    env: {
      ...bundledEnvironment(),
      PATH: process.env["PATH"],
      NO_COLOR: "1",
      CHATWOOT_ARTIFACTS_DIR: pipeline.folder,
      CHATWOOT_STATE_FILE: pipeline.state({ ...outputs, url: chatwoot.url, apiToken, webhookSecret }),
    },
    extendEnv: false,
    reject: false,
    all: true,
    timeout: 25_000,
  });
}

test("by a stack's outputs: 0, in 80 columns, saved for its owner only and without secrets", async () => {
  const world = await openWorld(server);
  const result = await start(world, []);
  expect(result.all).toMatch(/ok +fact +recorded in dashboard_facts after \d/);
  expect(result.all.split("\n").at(-1)).toBe("Chatwoot end-to-end test OK");
  expect(result.exitCode).toBe(0);
  for (const line of result.all.split("\n")) if (!line.includes("`")) expect(line.length).toBeLessThanOrEqual(80);
  const folder = join(world.pipeline.folder, "ops");
  const [name = ""] = readdirSync(folder);
  expect(name).toMatch(/^chatwoot-e2e-\d{8}\.jsonl$/);
  expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
  const saved = readFileSync(join(folder, name), "utf8");
  expect(JSON.parse(saved)).toMatchObject({ ok: true, target: "staging", results: { length: 11 } });
  for (const secret of [apiToken, webhookSecret, server.password]) expect(result.all + saved).not.toContain(secret);
});

test("a problem ends with 2, as JSON too; Ctrl-C deletes what the test created and ends with 1", async () => {
  const world = await openWorld(server, { facts: [], note: "none" });
  const failed = await start(world, ["--json", "--fact-within", "1", "--note-within", "1"]);
  expect(failed.exitCode).toBe(2);
  const { results } = JSON.parse(failed.stdout) as { results: { name: string; state: string }[] };
  expect(results.filter(({ state }) => state === "failed").map(({ name }) => name)).toEqual(["fact", "agent's note"]);

  const { state } = world.chatwoot;
  await expect.poll(() => state.inboxes.length + state.contacts.length).toBe(0);
  const running = start(world, ["--fact-within", "600"]);
  await expect.poll(() => state.messages.length, { timeout: 45_000 }).toBeGreaterThan(0);
  running.kill("SIGINT");
  const ended = await running;
  expect([ended.exitCode, ended.signal]).toEqual([1, undefined]);
  expect(ended.all).toContain("created objects are deleted");
  await expect.poll(() => state.inboxes.length + state.contacts.length).toBe(0);
});
