import { isKind, nameOf, namespaceOf, sameNamespace } from "../kubernetes.ts";
import { entriesOf, listOf, type Props, type Resource } from "../resource.ts";
import type { Rule } from "../rule.ts";

export const noWildcardRoles: Rule<{ resources: string[] }> = {
  name: "no-wildcard-roles",
  requirement:
    "A Role names the objects, resources and verbs that it allows, and is bound to an account of the stack, which has no rights of a cloud.",
  reason:
    "A wildcard also allows future resources and the Secrets of every namespace; some verbs and resources give every right by a detour.",
  fix: "List the verbs, resources and `resourceNames` that are needed, and add a reviewed resource to `resources`.",
  level: "mandatory",
  settings: {
    resources: {
      type: "array",
      items: { type: "string" },
      default: ["postgresql.cnpg.io/clusters", "secrets"],
      description: "Resources that a Role may allow, as `group/resource`",
    },
  },
  ofStack(resources, { settings }) {
    return resources.flatMap((resource) =>
      problems(resource, resources, settings.resources).map((message) => ({ resource, message })),
    );
  },
};

const verbs = ["create", "delete", "get", "list", "patch", "update", "watch"];

function problems(resource: Resource, all: readonly Resource[], allowed: readonly string[]): string[] {
  if (isKind(resource, "ClusterRole", "ClusterRoleBinding"))
    return ["reaches every namespace. Use a Role and a RoleBinding."];
  if (isKind(resource, "ServiceAccount")) return cloudProblems(resource);
  if (isKind(resource, "RoleBinding")) return bindingProblems(resource, all);
  if (!isKind(resource, "Role")) return [];
  return listOf(resource.props["rules"]).flatMap((rule) => ruleProblems(rule, allowed));
}

/** Clouds give their own rights to an account by its annotations. */
function cloudProblems({ props }: Resource): string[] {
  return entriesOf(props["metadata"]?.["annotations"])
    .filter(([name]) => !/^(pulumi\.com|meta\.helm\.sh|helm\.sh)\//.test(name))
    .map(([name]) => `has the annotation ${name}, which can give it rights of the cloud. Remove it.`);
}

function ruleProblems(rule: Props, allowed: readonly string[]): string[] {
  const list = (key: string): string[] => (Array.isArray(rule[key]) ? (rule[key] as string[]) : []);
  const names = list("resourceNames");
  const resources = list("apiGroups").flatMap((group) =>
    list("resources").map((resource) => (group === "" ? resource : `${group}/${resource}`)),
  );
  return [
    ...list("verbs")
      .filter((verb) => !verbs.includes(verb))
      .map((verb) => `allows the verb ${verb}. List the needed ones.`),
    ...resources
      .filter((each) => !allowed.includes(each))
      .map((each) => `allows ${each}, which was not reviewed. Remove it.`),
    ...(names.length === 0 || names.includes("*") ? ["names no objects. Set resourceNames."] : []),
    ...Object.keys(rule)
      .filter((key) => !["apiGroups", "resources", "resourceNames", "verbs"].includes(key))
      .map((key) => `has ${key}. Remove it.`),
  ];
}

function bindingProblems(binding: Resource, all: readonly Resource[]): string[] {
  const { kind, name }: Props = binding.props["roleRef"] ?? {};
  const role = all.some((each) => isKind(each, "Role") && sameNamespace(each, binding) && nameOf(each) === name);
  const strangers = listOf(binding.props["subjects"]).filter(
    (subject) =>
      subject["kind"] !== "ServiceAccount" ||
      (subject["namespace"] ?? namespaceOf(binding)) !== namespaceOf(binding) ||
      !all.some(
        (each) => isKind(each, "ServiceAccount") && sameNamespace(each, binding) && nameOf(each) === subject["name"],
      ),
  );
  return [
    ...(kind === "Role" && role
      ? []
      : [`binds to ${String(kind)} ${String(name)}, which is no Role of the stack. Use one.`]),
    ...strangers.map(
      (subject) =>
        `binds ${String(subject["kind"])} ${String(subject["name"])}, which is no account of the stack. Remove it.`,
    ),
  ];
}
