import type { KubeClient } from "kubernetes-sandbox/client";
import { expect } from "vitest";

export const refusalText = "planted refusal";
const group = "/apis/admissionregistration.k8s.io/v1";

interface Refusal {
  namespace: string;
  resource: string;
  /** A request that is refused once the policy holds. */
  probe: () => Promise<unknown>;
  message?: string;
}

/** A real ValidatingAdmissionPolicy that refuses a resource of a namespace, from the moment that it holds until the end of `work`. */
export async function whileRefused<T>(
  client: KubeClient,
  { namespace, resource, probe, message = refusalText }: Refusal,
  work: () => Promise<T>,
): Promise<T> {
  const name = `refuse-${resource}-${namespace}`;
  const namespaceSelector = { matchLabels: { "kubernetes.io/metadata.name": namespace } };
  const rule = { apiGroups: ["*"], apiVersions: ["*"], operations: ["CREATE", "UPDATE"], resources: [resource] };
  await client.request("POST", `${group}/validatingadmissionpolicies`, {
    metadata: { name },
    spec: {
      matchConstraints: { namespaceSelector, resourceRules: [rule] },
      // If the garbage collector's updates are refused too, deleted objects are never removed.
      matchConditions: [{ name: "deployments", expression: "request.userInfo.username == 'sandbox-admin'" }],
      validations: [{ expression: "false", message }],
    },
  });
  await client.request("POST", `${group}/validatingadmissionpolicybindings`, {
    metadata: { name },
    spec: { policyName: name, validationActions: ["Deny"] },
  });
  try {
    // The API server reads its policies a little later.
    await expect.poll(() => probe().catch(String), { timeout: 20_000, interval: 200 }).toContain(message);
    return await work();
  } finally {
    await client.request("DELETE", `${group}/validatingadmissionpolicybindings/${name}`);
    await client.request("DELETE", `${group}/validatingadmissionpolicies/${name}`);
  }
}
