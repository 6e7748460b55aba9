import { afterAll, beforeAll, expect, test } from "vitest";
import type { Props } from "pulumi-embedded-engine";
import { driveProvider } from "./providers-support.ts";
import { inNamespace, refusal, stackObjects } from "./strict.ts";
import { openTestCluster, type TestCluster } from "./support.ts";

let cluster: TestCluster;
let namespace: string;
beforeAll(async () => {
  cluster = await openTestCluster({ ingressClasses: [{ name: "nginx" }] });
  namespace = await cluster.namespace("edge");
});
afterAll(() => cluster?.dispose());

const edge = (ingress: object): Promise<Record<string, Props>> =>
  stackObjects(
    /^edge-/,
    inNamespace(namespace, ({ settings }) => (settings["kubernetes"].ingress = ingress)),
  );
const gateway = { mode: "gateway", gateway: { name: "public", namespace: "gateways", sectionName: "https" } };

test.each([
  ["an Ingress with a certificate", { mode: "ingress", className: "nginx", clusterIssuer: "letsencrypt" }, 1],
  ["an Ingress without one", { mode: "ingress", className: "traefik", annotations: { "a.example.com/b": "c" } }, 1],
  ["a route", gateway, 1],
  ["a route with a certificate", { ...gateway, clusterIssuer: "letsencrypt" }, 3],
])("%s: the API server accepts every field", async (_what, ingress, count) => {
  const objects = await edge(ingress);
  expect(Object.keys(objects)).toHaveLength(count);
  for (const object of Object.values(objects)) expect(await refusal(cluster, object)).toBe("");
});

test("it rejects a misspelt field and an invalid timeout", async () => {
  const { "edge-route": route } = await edge(gateway);
  expect(await refusal(cluster, { ...route, spec: { ...route!["spec"], hostname: "x" } })).toContain("spec.hostname");
  const [rule] = route!["spec"].rules as Props[];
  const endless = { ...route, spec: { ...route!["spec"], rules: [{ ...rule, timeouts: { request: "never" } }] } };
  expect(await refusal(cluster, endless)).toContain("timeouts.request");
});

test("waits until a Gateway accepts a route", async () => {
  const { "edge-route": route } = await edge(gateway);
  const drive = driveProvider(cluster, namespace);
  try {
    const { reasons, outputs } = await drive.create(route!, { timeoutSeconds: 20 });
    expect(reasons).toBeUndefined();
    expect(outputs["status"].parents[0].conditions).toContainEqual(
      expect.objectContaining({ type: "Accepted", status: "True" }),
    );
  } finally {
    await drive.provider.close?.();
  }
});
