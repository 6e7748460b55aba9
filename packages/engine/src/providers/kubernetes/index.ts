/** The rules of Pulumi's Kubernetes provider, for a custom provider without a cluster. */

export { checkedInputs } from "./check.ts";
export { chartArgs } from "./component/chart-args.ts";
export { configFileObjects, configGroupObjects } from "./component/config-files.ts";
export { renderChart } from "./component/helm.ts";
export { decodeManifests } from "./component/manifests.ts";
export { prepareObjects } from "./component/objects.ts";
export { registerObjects } from "./component/register.ts";
export { readConfig } from "./config.ts";
export { diffObjects } from "./diff.ts";
export { decodeYaml } from "./invoke.ts";
export { normalize } from "./normalize.ts";
export { fromTypeToken, idOf, parseId, type KubeObject } from "./objects.ts";
export { isNamespaced } from "./scope.ts";
export { fromState, toState } from "./state.ts";
