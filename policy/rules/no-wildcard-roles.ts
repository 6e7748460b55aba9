import { isKind } from "../kubernetes.ts";
import { listOf } from "../resource.ts";
import type { Rule } from "../rule.ts";

export const noWildcardRoles: Rule = {
  name: "no-wildcard-roles",
  wants: "Roles name what they allow, and nobody is bound to `cluster-admin`.",
  reason: "A star allows what is invented next year too, Secrets of every namespace among it.",
  fix: "List the verbs and resources that are used.",
  level: "mandatory",
  settings: {},
  ofResource(resource) {
    if (isKind(resource, "RoleBinding", "ClusterRoleBinding"))
      return resource.props["roleRef"]?.["name"] === "cluster-admin" ? ["binds to cluster-admin. Use a Role."] : [];
    if (!isKind(resource, "Role", "ClusterRole")) return [];
    return listOf(resource.props["rules"]).flatMap((rule) =>
      ["verbs", "resources", "apiGroups"]
        .filter((key) => Array.isArray(rule[key]) && rule[key].includes("*"))
        .map((key) => `allows every one of ${key}. List them.`),
    );
  },
};
