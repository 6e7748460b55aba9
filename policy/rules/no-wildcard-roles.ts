import { isKind } from "../kubernetes.ts";
import { listOf } from "../resource.ts";
import type { Rule } from "../rule.ts";

export const noWildcardRoles: Rule = {
  name: "no-wildcard-roles",
  requirement: "Roles list what they allow, and no account is bound to `cluster-admin`.",
  reason: "A wildcard also allows future resources and the Secrets of every namespace.",
  fix: "List the verbs and resources that are needed.",
  level: "mandatory",
  settings: {},
  ofResource(resource) {
    if (isKind(resource, "RoleBinding", "ClusterRoleBinding"))
      return resource.props["roleRef"]?.["name"] === "cluster-admin" ? ["binds to cluster-admin. Use a Role."] : [];
    if (!isKind(resource, "Role", "ClusterRole")) return [];
    return listOf(resource.props["rules"]).flatMap((rule) =>
      ["verbs", "resources", "apiGroups"]
        .filter((key) => Array.isArray(rule[key]) && rule[key].includes("*"))
        .map((key) => `allows all ${key}. List the needed ones.`),
    );
  },
};
