import { isKind, namespaceOf, podsOf } from "../kubernetes.ts";
import { listOf, textOf, type Resource } from "../resource.ts";
import type { Rule, Violation } from "../rule.ts";
import { objectsOf } from "../walk.ts";

export const serviceAccountTokens: Rule = {
  name: "service-account-tokens",
  requirement:
    "A pod gets a token for the cluster's API, mounted, projected or as a Secret, only if a Role of the stack is bound to its account.",
  reason:
    "Chatwoot processes uploads and fetches links of users; an unneeded token would give an attacker access to the cluster.",
  fix: "Set `automountServiceAccountToken: false` in the pod, remove projected tokens, or bind the account to a Role.",
  level: "mandatory",
  settings: {},
  ofStack(resources) {
    const bound = new Set(resources.flatMap(boundAccounts));
    return resources.flatMap((resource) => [
      ...podsOf(resource).flatMap(({ spec }): Violation[] => {
        const account = textOf(spec["serviceAccountName"]) ?? textOf(spec["serviceAccount"]) ?? "default";
        if (bound.has(`${namespaceOf(resource)}/${account}`)) return [];
        if (spec["automountServiceAccountToken"] === false) return [];
        const message = `its pods do not refuse the token of account ${account}, which has no Role in this stack. Set automountServiceAccountToken: false.`;
        return [{ resource, message }];
      }),
      ...tokens(resource).map((message) => ({ resource, message })),
    ]);
  },
};

/** Tokens that no setting of the pod prevents. */
function tokens(resource: Resource): string[] {
  if (!resource.type.startsWith("kubernetes:")) return [];
  const projected = objectsOf(resource.props).filter(({ object }) => object["serviceAccountToken"] !== undefined);
  const isToken = isKind(resource, "Secret") && resource.props["type"] === "kubernetes.io/service-account-token";
  return [
    ...projected.map(({ path }) => `${path} projects a token of the pod's account. Remove it.`),
    ...(isKind(resource, "ServiceAccount") && resource.props["automountServiceAccountToken"] !== false
      ? ["gives its token to every pod. Set automountServiceAccountToken: false, and true in the pod that needs it."]
      : []),
    ...(isToken ? ["is a token that never expires. Remove it."] : []),
  ];
}

function boundAccounts(resource: Resource): string[] {
  if (!isKind(resource, "RoleBinding")) return [];
  return listOf(resource.props["subjects"])
    .filter(({ kind }) => kind === "ServiceAccount")
    .map(({ name, namespace }) => `${textOf(namespace) ?? namespaceOf(resource)}/${String(name)}`);
}
