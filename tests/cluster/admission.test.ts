import { afterAll, expect, test } from "vitest";
import { openKube } from "../sandbox/cluster.ts";
import { openSandbox } from "../sandbox/support.ts";
import { refusalText, whileRefused } from "./refusing-policy.ts";

/* What a preview of a first deployment asks the API server about its objects: a dry run of each. */

const sandbox = openSandbox({ sharedCluster: true });
const { namespace } = sandbox;
afterAll(() => sandbox.dispose());

test("without the namespace a preview says what it did not check; with it, a refusal ends it, and nothing is written", async () => {
  const first = await sandbox.runHere("preview", "prod");
  expect(first.output).toContain(`chatwoot:kubernetes.namespace: ${namespace} does not exist yet`);

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
