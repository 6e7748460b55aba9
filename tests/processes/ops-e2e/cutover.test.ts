import { chmodSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, expect, test } from "vitest";
import { checklist } from "../../../ops/cutover/checklist.ts";
import type { Findings } from "../../../ops/cutover/findings.ts";
import { countStates, judgeReadiness, type Line } from "../../../ops/cutover/readiness.ts";
import { formatReadiness, readinessMarkdown } from "../../../ops/cutover/report.ts";
import type { CheckResult } from "../../../ops/health/check.ts";
import { startPostgres, type PostgresServer } from "../../../sandbox/database/database.ts";
import { apiToken, webhookSecret } from "../chatwoot/support.ts";
import { stackOutputs } from "../../servers/support-pipeline/pipeline-run.ts";
import { openWorld, type World } from "./world.ts";
import { bundledEnvironment } from "../../helpers/programs/environment.ts";

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
}, 300_000);
afterAll(() => server?.stop());

const keys = [...new Set(checklist.flatMap(({ by = [] }) => by))].filter((key) => !key.endsWith("*"));
const found = (change: Record<string, Partial<CheckResult>> = {}): Findings =>
  new Map(
    [...keys, "e2e:fact"].map((key): [string, CheckResult] => [
      key,
      { name: key.split(":")[1] as string, state: "ok", detail: "fine", durationMs: 1, ...change[key] },
    ]),
  );
const lineOf = (lines: readonly Line[], task: string) => lines.find((line) => line.task.startsWith(task));

test("a failed check is missing, a skipped or unavailable one is manual, and each names who acts", () => {
  const judged = judgeReadiness(found(), "staging");
  expect(countStates(judged)).toEqual({
    ready: checklist.filter(({ by }) => by).length,
    missing: 0,
    "by hand": checklist.filter(({ by }) => !by).length,
  });
  const lines = judgeReadiness(
    found({
      "e2e:fact": { state: "failed", detail: "nothing | recorded", next: "Look" },
      "health:agent service": { state: "skipped", detail: "no agent" },
      "smoke:mail": { state: "skipped", detail: "only with --mail" },
    }),
    "staging",
  );
  expect(lineOf(lines, "End-to-end")).toMatchObject({
    state: "missing",
    found: "fact: nothing | recorded",
    next: "Look",
  });
  expect(lineOf(lines, "Agent")).toMatchObject({ state: "by hand", found: "no agent", owner: "AI Team" });
  expect(lineOf(lines, "Outgoing")!.found).toContain("smoke --mail --stack staging");
  expect(formatReadiness(lines)).toMatch(/Cut-over NOT READY: \d+ ready, 1 missing, 9 manual$/);
  expect(readinessMarkdown("staging", "now", lines)).toContain(
    "| Success | End-to-end test | QA | ☐ **missing** | fact: nothing \\| recorded. Look |",
  );
});

test("a missing finding is an error, not a ready line", () => {
  expect(() => judgeReadiness(new Map(), "staging")).toThrow("cutover: unknown finding health:Rails");
});

const labels = (role: string) => ({ "app.kubernetes.io/component": role, "app.kubernetes.io/part-of": "chatwoot" });

/** The command in its own process, with a `kubectl` that answers with these pods. */
function start({ pipeline, chatwoot, webhookUrl, agentUrl }: World, isReady: boolean, args: readonly string[] = []) {
  const { folder } = pipeline;
  const pod = (role: string, status: boolean) => ({
    metadata: { name: `${role}-1`, labels: labels(role) },
    spec: { containers: [{ name: role, image: "chatwoot/chatwoot:v4.18.0" }] },
    status: { phase: "Running", conditions: [{ type: "Ready", status: status ? "True" : "False" }] },
  });
  writeFileSync(join(folder, "pods.json"), JSON.stringify({ items: [pod("web", true), pod("worker", isReady)] }));
  writeFileSync(join(folder, "kubectl"), `#!/bin/sh\ncat '${folder}/pods.json'\n`);
  chmodSync(join(folder, "kubectl"), 0o755);
  const outputs = stackOutputs(pipeline.url, { webhookUrl, agentUrl, handedTo: ["Fly app hotdash-app"] });
  const file = pipeline.state({ ...outputs, target: "kubernetes", url: chatwoot.url, apiToken, webhookSecret });
  const state = JSON.parse(readFileSync(file, "utf8")) as { deployment: { resources: object[] } };
  const type = "kubernetes:core/v1:Namespace";
  const urn = `urn:pulumi:staging::chatwoot::${type}::namespace`;
  state.deployment.resources.push({ urn, type, inputs: { metadata: { name: "chatwoot" } } });
  writeFileSync(file, JSON.stringify(state));
  return execa("node", ["ops/main.ts", "cutover", "--stack", "staging", ...args], {
    env: {
      ...bundledEnvironment(),
      PATH: `${folder}:${process.env["PATH"]}`,
      NO_COLOR: "1",
      CHATWOOT_ARTIFACTS_DIR: folder,
      CHATWOOT_STATE_FILE: file,
    },
    extendEnv: false,
    reject: false,
    timeout: 100_000,
  });
}

test("a stack that is ready: 0, in 80 columns, with the Markdown; nothing is left in Chatwoot", async () => {
  const world = await openWorld(server);
  const result = await start(world, true);
  expect(result.stdout).toContain("recorded now: 100.00 %, 120 ms.");
  const baselines = () => world.pipeline.sql("SELECT success_rate, avg_response_ms FROM support_baseline");
  expect(await baselines()).toBe("100|120");
  expect(result.stdout).toMatch(/\nCut-over READY: 15 ready, 0 missing, 10 manual$/);
  expect(result.exitCode).toBe(0);
  for (const line of result.stdout.split("\n")) if (!line.includes("`")) expect(line.length).toBeLessThanOrEqual(80);
  const folder = join(world.pipeline.folder, "ops");
  const saved = readdirSync(folder).map((name) => readFileSync(join(folder, name), "utf8"));
  expect(saved.join()).toContain("| Cut-over | Smoke test | QA | ☑ ready |");
  for (const secret of [apiToken, webhookSecret, server.password])
    expect(result.stdout + result.stderr + saved.join()).not.toContain(secret);
  const { state } = world.chatwoot;
  await expect.poll(() => state.inboxes.length + state.contacts.length).toBe(0);

  // The first baseline is kept for comparison with later figures.
  const again = await start(world, true);
  expect([again.exitCode, again.stdout.includes(" recorded.")]).toEqual([0, true]);
  expect(await baselines()).toBe("100|120");
}, 240_000);

test("a stack that is not ready: 2, and each line states what is missing, who acts and the command", async () => {
  const world = await openWorld(server);
  world.chatwoot.state.webhooks.splice(0);
  await world.pipeline.fact("support.webhook.dead_letter", 1, { lastError: "planted-x" }, "now()");
  const result = await start(world, false, ["--json"]);
  const { ready, lines } = JSON.parse(result.stdout) as { ready: boolean; lines: Line[] };
  expect([result.exitCode, ready]).toEqual([2, false]);
  const missing = lines.filter(({ state }) => state === "missing").map(({ task }) => task);
  expect(missing).toEqual([
    "Deployed, migrated, unchanged since",
    "Webhook, its events and secret",
    "Success rate over 30 minutes",
    "No dead letters",
    "Average response",
    "End-to-end test",
    "Performance baseline",
  ]);
  expect(lineOf(lines, "Deployed")!.found).toBe("1 of 2 pods of web and worker are ready");
  expect(lineOf(lines, "Webhook")!.next).toContain("`pulumi up --stack staging`");
  expect(await world.pipeline.sql("SELECT count(*) FROM support_baseline")).toBe("0");
  expect(lineOf(lines, "Performance")!.next).toContain("`npm run ops -- pipeline baseline --stack staging`");
}, 240_000);
