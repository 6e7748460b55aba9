/** Programs and CRDs that are built or fetched once into a cache folder. */

export { ToolCache } from "./cache.ts";
export { buildTools, type Tools } from "./build.ts";
export { givenTool } from "./given.ts";
export { kubectlFolder } from "./kubectl.ts";
export { buildActionlint } from "./actionlint.ts";
export { buildOauth2Proxy } from "./oauth2-proxy.ts";
export { buildPulumi, builtPulumi } from "./pulumi.ts";
export { buildPromtool } from "./promtool.ts";
export { buildRedisExporter } from "./redis-exporter.ts";
export { buildVersitygw } from "./versitygw.ts";
export { findChromium } from "./chromium.ts";
export { canFetchPackages, fetchPackages } from "./debian/fetch.ts";
export type { PackageSet } from "./debian/package-sets.ts";
export { treeEnvironment } from "./debian/wrappers.ts";
export { crdSetNames } from "./crd-sets.ts";
export { loadCrds, parseCrds, type CustomResourceDefinition } from "./crds.ts";
export { loadKubernetesSchemas, type KubernetesSchemas } from "./openapi.ts";
export { progressPrinter, type OnProgress } from "./progress.ts";
