import { expect, test } from "vitest";
import type { ClusterFacts } from "../../components/kubernetes/facts.ts";
import { deployToKubernetes } from "../../stacks/kubernetes.ts";
import { loadConfig, type KubernetesStackConfig } from "../../stacks/load.ts";
import { doubles } from "../helpers/doubles.ts";
import { stackEngine } from "../helpers/in-process.ts";

/** The specs and annotations that a deployment over a cluster with these facts creates, by name. */
async function created(facts: ClusterFacts) {
  const { steps, diagnostics } = await stackEngine("prod", { providers: doubles }).up(() =>
    deployToKubernetes(loadConfig() as KubernetesStackConfig, { present: {}, facts }),
  );
  const text = diagnostics.map(({ message }) => message).join("\n");
  return { text, of: (name: string) => JSON.stringify(steps.find((step) => step.name === name)?.inputs) };
}

test("the program follows what the preflight saw", async () => {
  const { of, text } = await created({
    controller: "nginx.org/ingress-controller",
    apiServerPorts: [16443],
    dns: [{ namespace: "openshift-dns", ports: [5353] }],
  });
  expect(of("edge-ingress")).toContain("nginx.org/websocket-services");
  expect(of("edge-ingress")).not.toContain("nginx.ingress.kubernetes.io");
  expect(text).not.toContain("retired");
  for (const policy of ["network-database", "network-restore-drill"]) expect(of(policy)).toContain("16443");
  expect(of("network-every-pod")).toContain("openshift-dns");
});

test("without facts it assumes what is usual", async () => {
  const { of, text } = await created({});
  expect(of("edge-ingress")).toContain("nginx.ingress.kubernetes.io/proxy-body-size");
  expect(text).toContain("retired");
  expect(of("network-every-pod")).toContain("kube-system");
});
