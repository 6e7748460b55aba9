import { unknownValue } from "@pulumi/pulumi/runtime/rpc.js";
import { isNamespacedKind } from "../namespaced.ts";
import { isObjectOfKubernetes, kindOf } from "../kubernetes.ts";
import { textOf } from "../resource.ts";
import type { Rule } from "../rule.ts";

export const explicitNamespace: Rule = {
  name: "explicit-namespace",
  wants: "Every object says its namespace, and it is neither `default` nor one of Kubernetes' own.",
  reason:
    "Without one, the current context of whoever deploys decides: a second copy of everything, where no quota, no policy and no backup reaches it.",
  fix: "Set `metadata.namespace` to the stack's namespace.",
  level: "mandatory",
  settings: {},
  ofResource(resource) {
    if (!isObjectOfKubernetes(resource) || !isNamespacedKind(resource)) return [];
    const given: unknown = resource.props["metadata"]?.["namespace"];
    if (given === unknownValue) return [];
    const namespace = textOf(given);
    if (namespace === undefined) return [`${kindOf(resource)} has no namespace. Set metadata.namespace.`];
    return namespace === "default" || namespace.startsWith("kube-")
      ? [`${kindOf(resource)} is in namespace ${namespace}. Use the stack's own.`]
      : [];
  },
};
