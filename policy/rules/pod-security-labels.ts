import { isKind } from "../kubernetes.ts";
import { entriesOf, type Props } from "../resource.ts";
import type { Rule } from "../rule.ts";

const prefix = "pod-security.kubernetes.io/";
const allowed: Readonly<Record<string, readonly string[]>> = {
  enforce: ["baseline", "restricted"],
  warn: ["restricted"],
  audit: ["restricted"],
};

export const podSecurityLabels: Rule = {
  name: "pod-security-labels",
  requirement:
    "The stack's namespace enforces the Pod Security level `baseline` or `restricted`, of the cluster's version, and reports against `restricted`.",
  reason:
    "Without the label, the API server accepts a privileged pod from anyone who may create pods, or from a chart's next version.",
  fix: "Keep the labels of components/kubernetes/namespace.ts: `pod-security.kubernetes.io/enforce`, `warn` and `audit`.",
  level: "mandatory",
  settings: {},
  ofResource(resource) {
    // A namespace that the stack only reads is its administrator's.
    if (!isKind(resource, "Namespace") || resource.name.endsWith("-existing")) return [];
    const labels: Props = resource.props["metadata"]?.["labels"] ?? {};
    const wrong = Object.entries(allowed)
      .filter(([mode, levels]) => !levels.includes(labels[prefix + mode] as string))
      .map(
        ([mode, levels]) =>
          `has ${prefix}${mode}: ${String(labels[prefix + mode] ?? "none")}. Set ${levels.join(" or ")}.`,
      );
    const versions = entriesOf(labels)
      .filter(([name, value]) => name.startsWith(prefix) && name.endsWith("-version") && value !== "latest")
      .map(([name]) => `has ${name}, an older definition of the level. Remove it.`);
    return [...wrong, ...versions];
  },
};
