import { delimiter } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { kubectlFolder } from "kubernetes-sandbox/tools";
import { Kubectl } from "../../ops/lib/kubernetes/kubectl.ts";
import { causesAt, keyOf } from "../../ops/watch/causes.ts";
import { readObjects } from "../../ops/watch/read.ts";
import { toolCache } from "../../preview/tool-cache.ts";
import { openTestCluster, type TestCluster } from "./support.ts";

/* `ops watch` reads the objects and events of a real API server and controller manager by the real kubectl. */

let cluster: TestCluster;
const before = { ...process.env };
beforeAll(async () => {
  cluster = await openTestCluster();
  const folder = await kubectlFolder(toolCache);
  process.env["PATH"] = [folder, before["PATH"]].filter(Boolean).join(delimiter);
  process.env["KUBECONFIG"] = cluster.cluster.kubeconfig;
});
afterAll(async () => {
  Object.assign(process.env, before);
  await cluster.dispose();
});

const labels = { app: "web" };
const web = {
  spec: {
    replicas: 1,
    selector: { matchLabels: labels },
    template: { metadata: { labels }, spec: { containers: [{ name: "web", image: "x:1" }] } },
  },
};

/** Half a minute later, so that the test does not wait until a cause is certain. */
async function causes(namespace: string): Promise<Record<string, string>> {
  const objects = await readObjects(new Kubectl({ context: undefined, namespace }, "npm run ops -- watch"));
  const found = causesAt({ objects, now: Date.now() + 30_000, since: 0 });
  return Object.fromEntries(found.map((cause) => [keyOf(cause), cause.text]));
}

test("a quota that refuses pods, and a claim that cannot be bound, are named; a healthy namespace is not", async () => {
  const [faulty, healthy] = await Promise.all([cluster.namespace("watch-faulty"), cluster.namespace("watch-healthy")]);
  await cluster.client.request("POST", `/api/v1/namespaces/${faulty}/resourcequotas`, {
    metadata: { name: "pods" },
    spec: { hard: { pods: "0" } },
  });
  await cluster.create("Deployment", faulty, "chatwoot-web", web);
  await cluster.create("PersistentVolumeClaim", faulty, "chatwoot-storage", {
    spec: { storageClassName: "absent", accessModes: ["ReadWriteMany"], resources: { requests: { storage: "1Gi" } } },
  });
  await cluster.create("Deployment", healthy, "chatwoot-web", web);
  await expect
    .poll(() => causes(faulty), { timeout: 60_000, interval: 1000 })
    .toEqual({
      "chatwoot-web: quota exceeded": expect.stringMatching(/^exceeded quota: pods, requested: pods=1/),
      "chatwoot-storage: claim unbound": expect.stringContaining("absent"),
    });
  await cluster.until("Deployment", healthy, "chatwoot-web", ({ status }) => status?.["readyReplicas"] === 1);
  expect(await causes(healthy)).toEqual({});
});
