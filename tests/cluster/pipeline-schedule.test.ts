import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, expect, test } from "vitest";
import { connectToFacts } from "../../components/chatwoot/facts/connection.ts";
import { migrateFacts } from "../../components/chatwoot/facts/migrate.ts";
import type { Props } from "pulumi-embedded-engine";
import { startPostgres, type PostgresServer } from "../../sandbox/database/database.ts";
import { inNamespace, refusal, stackObjects } from "./strict.ts";
import { openTestCluster, type TestCluster } from "./support.ts";

/*
 * The CronJobs that check the support pipeline on a real API server, and their program from its ConfigMap and Secret,
 * against a real PostgreSQL.
 */

let cluster: TestCluster;
let namespace: string;
let database: PostgresServer;
let objects: Record<string, Props>;
const folder = mkdtempSync(join(tmpdir(), "pipeline-"));

beforeAll(async () => {
  database = await startPostgres();
  cluster = await openTestCluster();
  namespace = await cluster.namespace("pipeline", { "pod-security.kubernetes.io/enforce": "restricted" });
  objects = await stackObjects(
    /^(pipeline|network-pipeline)/,
    inNamespace(namespace, ({ settings, secrets }) => {
      settings["support"] = {
        webhookUrl: "https://app.example.com/hook",
        schedules: { runner: "stack" },
        targets: { averageResponseMs: 300 },
      };
      secrets["factsDatabaseUrl"] = `${database.address({})}?sslmode=disable`;
    }),
  );
});
afterAll(async () => {
  await database?.stop();
  await cluster?.dispose();
  rmSync(folder, { recursive: true, force: true });
});

test("accepts every object, and its pods under the level restricted", async () => {
  expect(Object.keys(objects).sort()).toEqual([
    "network-pipeline",
    "pipeline-check",
    "pipeline-program",
    "pipeline-report",
    "pipeline-secret",
  ]);
  for (const object of Object.values(objects)) expect(await refusal(cluster, object)).toBe("");
  for (const name of ["pipeline-check", "pipeline-report"]) {
    const { template } = objects[name]!["spec"].jobTemplate.spec;
    const metadata = { ...template.metadata, name, namespace };
    expect(await refusal(cluster, { apiVersion: "v1", kind: "Pod", metadata, spec: template.spec })).toBe("");
  }
});

test("runs the program that the API server returns", async () => {
  const kept = async (name: string): Promise<Props> => {
    const object = objects[name]!;
    const kind = object["kind"] === "Secret" ? "secrets" : "configmaps";
    return await cluster.client.request("POST", `/api/v1/namespaces/${namespace}/${kind}`, object);
  };
  const [files, secret] = [await kept("pipeline-program"), await kept("pipeline-secret")];
  const url = Buffer.from(secret["data"].DATABASE_URL as string, "base64").toString();
  const client = await connectToFacts(url, { statementTimeoutSeconds: 60, lockTimeoutSeconds: 10 }, "test");
  await migrateFacts(client, "test");
  await client.query(
    `INSERT INTO dashboard_facts (fact_type, value, recorded_at) VALUES ('support.webhook.retry', '{"success":true,"durationMs":400}', now())`,
  );
  await client.end();
  for (const [name, code, expected] of [
    ["pipeline-check", 2, /400 ms average[^]*under 300 ms[^]*pipeline check: needs attention$/],
    ["pipeline-report", 2, /# Support pipeline of prod[^]*pipeline report: needs attention$/],
  ] as const) {
    const [container] = objects[name]!["spec"].jobTemplate.spec.template.spec.containers;
    const [, path, ...args] = container.command as string[];
    const file = join(folder, path!.split("/").at(-1)!);
    writeFileSync(file, files["data"]["pipeline.cjs"]);
    const run = await execa(process.execPath, [file, ...args], {
      extendEnv: false,
      env: { DATABASE_URL: url, CHATWOOT_PIPELINE: files["data"].CHATWOOT_PIPELINE },
      reject: false,
      timeout: 120_000,
    });
    expect([run.exitCode, run.stderr, run.stdout]).toEqual([code, "", expect.stringMatching(expected)]);
  }
});
