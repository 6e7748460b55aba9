import type { Rule } from "../rule.ts";

export const explicitProvider: Rule = {
  name: "explicit-provider",
  requirement: "Every Kubernetes object uses the cluster of the stack file.",
  reason: "The default provider uses the kubeconfig's current context, which can be the wrong cluster.",
  fix: "Pass the stack's provider in the options of the resource or of its component.",
  level: "mandatory",
  settings: {},
  ofResource({ type, provider }) {
    if (!type.startsWith("kubernetes:") || provider === undefined) return [];
    return /^default(_|$)/.test(provider)
      ? ["uses the default provider, and so the deployer's current context. Pass the stack's provider."]
      : [];
  },
};
