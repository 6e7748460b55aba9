import { isKind, nameOf, namespaceOf, podOf } from "../kubernetes.ts";
import { listOf, textOf, type Resource } from "../resource.ts";
import type { Rule } from "../rule.ts";

export const serviceAccountTokens: Rule = {
  name: "service-account-tokens",
  wants: "A pod gets a token for the cluster's API only where a Role of this stack is bound to its account.",
  reason:
    "Chatwoot runs what users upload and fetches what they link to; a token that nobody needs is the way from there into the cluster.",
  fix: "Set `automountServiceAccountToken: false` in the pod, or bind the account to a Role that says what it may do.",
  level: "mandatory",
  settings: {},
  ofStack(resources) {
    const bound = new Set(resources.flatMap(boundAccounts));
    return resources.flatMap((resource) => {
      const pod = podOf(resource)?.spec;
      if (pod === undefined || pod["automountServiceAccountToken"] === false) return [];
      const account = textOf(pod["serviceAccountName"]) ?? "default";
      if (bound.has(`${namespaceOf(resource)}/${account}`) || accountHasNone(account, resource, resources)) return [];
      const message = `its pods get a token of account ${account}, which no Role here is bound to. Set automountServiceAccountToken: false.`;
      return [{ resource, message }];
    });
  },
};

function boundAccounts(resource: Resource): string[] {
  if (!isKind(resource, "RoleBinding", "ClusterRoleBinding")) return [];
  return listOf(resource.props["subjects"])
    .filter(({ kind }) => kind === "ServiceAccount")
    .map(({ name, namespace }) => `${textOf(namespace) ?? namespaceOf(resource)}/${name}`);
}

/** The account itself may say that pods get no token; the pod's own word is stronger. */
function accountHasNone(account: string, workload: Resource, resources: readonly Resource[]): boolean {
  if (podOf(workload)?.spec["automountServiceAccountToken"] === true) return false;
  return resources.some(
    (resource) =>
      isKind(resource, "ServiceAccount") &&
      nameOf(resource) === account &&
      namespaceOf(resource) === namespaceOf(workload) &&
      resource.props["automountServiceAccountToken"] === false,
  );
}
