export { commandProvider } from "./command/provider.ts";
export { randomProvider } from "./random/provider.ts";
export { kubernetesProvider } from "./kubernetes/provider.ts";
export type { KubernetesOptions } from "./kubernetes/options.ts";
