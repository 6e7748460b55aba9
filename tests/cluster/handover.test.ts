import { afterAll, beforeAll, expect, test } from "vitest";
import type { Props } from "pulumi-embedded-engine";
import { refusal, stackObjects } from "./strict.ts";
import { deployment, isTrue, openTestCluster, template, type TestCluster } from "./support.ts";

/* The hand-over Secret on a real API server, and a consumer's pod that starts with it. */

let cluster: TestCluster;
let secret: Props;
let namespace: string;
beforeAll(async () => {
  cluster = await openTestCluster();
  namespace = await cluster.namespace("hotdash");
  const objects = await stackObjects(/^handover/, ({ settings, secrets }) => {
    settings["support"] = {
      webhookUrl: "https://app.example.com/hook",
      agentUrl: "https://agent.example.com",
      facts: true,
      handover: { accountId: 7, kubernetes: [{ namespace, databaseUrl: true }] },
    };
    secrets["factsDatabaseUrl"] = "postgresql://facts:planted@db.example.com:5432/facts?sslmode=require";
  });
  expect(Object.values(objects)).toHaveLength(1);
  [secret] = Object.values(objects) as [Props];
});
afterAll(() => cluster?.dispose());

test("is accepted field by field, and gives a consumer's pod every name that its code reads", async () => {
  expect(await refusal(cluster, secret)).toBe("");
  await cluster.client.request("POST", `/api/v1/namespaces/${namespace}/secrets`, secret);
  const pod = template({ app: "consumer" }, { envFrom: [{ secretRef: { name: "chatwoot-handover" } }] });
  await cluster.create("Deployment", namespace, "consumer", deployment("consumer", pod));
  await cluster.until("Deployment", namespace, "consumer", isTrue("Available"));
  const start = cluster
    .journal(namespace)
    .find((entry) => entry["event"] === "start" && (entry["owner"] as { name: string }).name === "consumer");
  expect(start?.["environment"]).toMatchObject({
    CHATWOOT_BASE_URL: "https://chat.newjoy.ro",
    CHATWOOT_API_KEY: "planted-secrets-api-token",
    CHATWOOT_ACCOUNT_ID: "7",
    CHATWOOT_WEBHOOK_SECRET: "planted-secrets-webhook-secret",
    AGENT_SDK_URL: "https://agent.example.com",
    DATABASE_URL: "postgresql://facts:planted@db.example.com:5432/facts?sslmode=require",
  });
});
