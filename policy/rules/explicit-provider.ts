import type { Rule } from "../rule.ts";

export const explicitProvider: Rule = {
  name: "explicit-provider",
  wants: "Every object of Kubernetes goes to the cluster that the stack file names.",
  reason:
    "The default provider takes whatever context the kubeconfig has as its current one: the wrong cluster, some day.",
  fix: "Pass the stack's provider in the options of the resource, or of the component above it.",
  level: "mandatory",
  settings: {},
  ofResource({ type, provider }) {
    if (!type.startsWith("kubernetes:") || provider === undefined) return [];
    return /^default(_|$)/.test(provider)
      ? [
          "it goes to the default provider, and so to the current context of whoever deploys. Pass the stack's provider.",
        ]
      : [];
  },
};
