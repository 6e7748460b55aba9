import { isKind, nameOf, namespaceOf, podOf } from "../kubernetes.ts";
import { listOf, textOf, type Resource } from "../resource.ts";
import type { Rule } from "../rule.ts";

export const serviceAccountTokens: Rule = {
  name: "service-account-tokens",
  requirement: "A pod gets a token for the cluster's API only if a Role of the stack is bound to its account.",
  reason:
    "Chatwoot processes uploads and fetches links of users; an unneeded token would give an attacker access to the cluster.",
  fix: "Set `automountServiceAccountToken: false` in the pod, or bind the account to a Role.",
  level: "mandatory",
  settings: {},
  ofStack(resources) {
    const bound = new Set(resources.flatMap(boundAccounts));
    return resources.flatMap((resource) => {
      const pod = podOf(resource)?.spec;
      if (pod === undefined || pod["automountServiceAccountToken"] === false) return [];
      const account = textOf(pod["serviceAccountName"]) ?? "default";
      if (bound.has(`${namespaceOf(resource)}/${account}`) || accountHasNone(account, resource, resources)) return [];
      const message = `its pods get a token of account ${account}, which has no Role in this stack. Set automountServiceAccountToken: false.`;
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

/** The account can disable the token; the pod's setting takes precedence. */
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
