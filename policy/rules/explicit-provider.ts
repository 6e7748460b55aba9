import type { Rule } from "../rule.ts";

export const explicitProvider: Rule<{ providers: string[] }> = {
  name: "explicit-provider",
  requirement: "Every Kubernetes object uses the cluster of the stack file.",
  reason: "The default provider uses the kubeconfig's current context, which can be the wrong cluster.",
  fix: "Pass the stack's provider in the options of the resource or of its component.",
  level: "mandatory",
  settings: {
    providers: {
      type: "array",
      items: { type: "string" },
      default: ["kubernetes"],
      description: "Names of the providers of the stack file's cluster",
    },
  },
  ofResource({ type, provider }, { settings }) {
    // A component has no provider.
    if (!type.startsWith("kubernetes:") || provider === undefined || settings.providers.includes(provider)) return [];
    return /^default(_|$)/.test(provider)
      ? ["uses the default provider, and so the deployer's current context. Pass the stack's provider."]
      : [`uses the provider ${provider}, and so another cluster. Pass the stack's provider.`];
  },
};
