import { deployed } from "../../../config/schema/kubernetes/external.ts";
import type { Question } from "./api.ts";
import { itemsOf, reading, type PreflightSettings, type Requirement, type Verdict } from "./requirement.ts";

export interface Pod {
  metadata: { name: string; namespace?: string; labels?: Record<string, string> };
  spec?: { hostNetwork?: boolean };
}

export const podsAt = (labelSelector: string): Question => ({
  path: `/api/v1/pods?labelSelector=${encodeURIComponent(labelSelector)}`,
});

/** The problem of network policies that expect pods in one namespace while they run in others; pods that are unseen have none. */
export function misplaced(expected: string, what: string, effect: string, pods: readonly Pod[]): string | undefined {
  const namespaces = [...new Set(pods.flatMap(({ metadata }) => metadata.namespace ?? []))].sort();
  if (namespaces.length === 0 || namespaces.includes(expected)) return undefined;
  const fix = namespaces.length === 1 ? namespaces[0] : `one of ${namespaces.join(", ")}`;
  return `is ${expected}, but ${what} runs in ${namespaces.join(" and ")}, so ${effect}. Set it to ${fix}`;
}

/** Where the operators run that the network policies let in. */
export function operatorNamespaces({ kubernetes }: PreflightSettings): Requirement[] {
  const { networkPolicies, monitoring, install, postgres } = kubernetes;
  const { operatorNamespace, monitoringNamespace } = networkPolicies;
  const check = (key: string, selector: string, judge: (pods: Pod[]) => Verdict): Requirement =>
    reading(key, podsAt(selector).path, (answer) => judge(itemsOf<Pod>(answer)));
  const operator = "app.kubernetes.io/name=cloudnative-pg";
  const found: Requirement[] = [];
  if (install.cloudNativePg)
    found.push(
      check("kubernetes.install.cloudNativePg", operator, (pods) => {
        const elsewhere = pods.find(({ metadata }) => metadata.namespace !== operatorNamespace)?.metadata.namespace;
        if (elsewhere === undefined) return undefined;
        return (
          `installs a second CloudNativePG: one runs in ${elsewhere}, and both would act on every database. ` +
          `Remove it, and set kubernetes.networkPolicies.operatorNamespace to ${elsewhere}`
        );
      }),
    );
  else if (networkPolicies.enabled && deployed(postgres) !== undefined)
    found.push(
      check("kubernetes.networkPolicies.operatorNamespace", operator, (pods) =>
        misplaced(operatorNamespace, "CloudNativePG", "the database never becomes ready", pods),
      ),
    );
  if (networkPolicies.enabled && monitoring !== undefined)
    found.push(
      check(
        "kubernetes.networkPolicies.monitoringNamespace",
        "app.kubernetes.io/name in (prometheus,vmagent,alloy)",
        (pods) => {
          const message = misplaced(monitoringNamespace, "Prometheus", "it gets no metrics", pods);
          return message === undefined ? undefined : { message, isWarning: true };
        },
      ),
    );
  return found;
}
