import { afterAll, beforeAll, expect, test } from "vitest";
import { openKube } from "../sandbox/cluster.ts";
import { openSandbox } from "../sandbox/support.ts";
import { refusalText, whileRefused } from "./refusing-policy.ts";

/* What a preview of a first deployment asks the API server about its objects: a dry run of each. */

const sandbox = openSandbox({ sharedCluster: true });
const { namespace } = sandbox;
let first: string;
beforeAll(async () => {
  first = (await sandbox.runHere("preview", "prod")).output;
});
afterAll(() => sandbox.dispose());

test("without the namespace a preview says what it did not check; with it, a refusal ends it, and nothing is written", async () => {
  expect(first).toContain(`chatwoot:kubernetes.namespace: ${namespace} does not exist yet`);

  const kube = await openKube(sandbox);
  try {
    await kube.client.request("POST", "/api/v1/namespaces", { metadata: { name: namespace } });
    const probe = () =>
      kube.client.request("POST", `/apis/networking.k8s.io/v1/namespaces/${namespace}/networkpolicies?dryRun=All`, {
        metadata: { name: "probe" },
        spec: { podSelector: {} },
      });
    await whileRefused(kube.client, { namespace, resource: "networkpolicies", probe }, async () => {
      const { output } = await sandbox.run(["preview", "--stack", "prod"], { exit: 1 });
      expect(output).toContain(refusalText);
      expect(output).not.toContain("does not exist yet");
    });
    expect(kube.writes().filter((line) => !line.includes("namespaces"))).toEqual([]);
    await kube.client.request("DELETE", `/api/v1/namespaces/${namespace}`);
  } finally {
    kube.close();
  }
});

test("a preview names the pods that the cluster would refuse to controllers, with the setting", async () => {
  const kube = await openKube(sandbox);
  const message = "pods need a nodeSelector";
  try {
    await expect
      .poll(() => kube.client.request("POST", "/api/v1/namespaces", { metadata: { name: namespace } }).catch(String))
      .toMatchObject({ kind: "Namespace" });
    const pods = `/api/v1/namespaces/${namespace}/pods?dryRun=All`;
    const pod = { metadata: { name: "probe" }, spec: { containers: [{ name: "a", image: "a:1" }] } };
    const probe = () => kube.client.request("POST", pods, pod);
    await whileRefused(kube.client, { namespace, resource: "pods", probe, message }, async () => {
      const { output } = await sandbox.runHere("preview", "prod", { exit: 1 });
      const [, objects] =
        /kubernetes.pods.nodeSelector: the API server would refuse (.*?): .*need a nodeSelector. Change/.exec(output)!;
      expect(objects!.split(", ")).toEqual([
        "pods of CronJob chatwoot-restore-drill",
        "pods of Deployment chatwoot-web",
        "pods of Deployment chatwoot-worker",
        "pods of Deployment oauth2-proxy-chatwoot",
        "pods of Job preparation-job",
        "pods of StatefulSet chatwoot-redis",
      ]);
      expect(output).toContain(`get validatingadmissionpolicybindings`);
      expect(await kube.list("Pod")).toEqual([]);
    });
    await sandbox.runHere("preview", "prod");
  } finally {
    kube.close();
  }
});
