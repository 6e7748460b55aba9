import { unknownValue } from "@pulumi/pulumi/runtime/rpc.js";
import { isNamespacedKind } from "../namespaced.ts";
import { isObjectOfKubernetes, kindOf } from "../kubernetes.ts";
import { textOf } from "../resource.ts";
import type { Rule } from "../rule.ts";

export const explicitNamespace: Rule = {
  name: "explicit-namespace",
  requirement: "Every object has a namespace other than `default` and `kube-*`.",
  reason:
    "Without one, the deployer's current context decides: a second copy of everything, without quotas, policies and backups.",
  fix: "Set `metadata.namespace` to the stack's namespace.",
  level: "mandatory",
  settings: {},
  ofResource(resource) {
    if (!isObjectOfKubernetes(resource) || !isNamespacedKind(resource)) return [];
    const given: unknown = resource.props["metadata"]?.["namespace"];
    if (given === unknownValue) return [];
    const namespace = textOf(given);
    if (namespace === undefined || namespace === "")
      return [`${kindOf(resource)} has no namespace. Set metadata.namespace.`];
    return namespace === "default" || namespace.startsWith("kube-")
      ? [`${kindOf(resource)} is in namespace ${namespace}. Use the stack's namespace.`]
      : [];
  },
};
