import { isObject, unknownMarker, type Props, type Value } from "../../values.ts";

/** The provider's configuration, including its environment variables. */
export interface KubernetesConfig {
  kubeconfig?: string;
  context?: string;
  cluster?: string;
  namespace?: string;
  enablePatchForce: boolean;
  upsertExistingObjects: boolean;
  enableConfigMapMutable: boolean;
  enableSecretMutable: boolean;
  suppressHelmHookWarnings: boolean;
  deleteUnreachable: boolean;
  /** True if a connection setting is not known yet. */
  unknown: boolean;
  requestTimeoutMs?: number;
}

const flags = {
  enablePatchForce: "PULUMI_K8S_ENABLE_PATCH_FORCE",
  upsertExistingObjects: "PULUMI_K8S_UPSERT_EXISTING_OBJECTS",
  enableConfigMapMutable: "PULUMI_K8S_ENABLE_CONFIGMAP_MUTABLE",
  enableSecretMutable: "PULUMI_K8S_ENABLE_SECRET_MUTABLE",
  suppressHelmHookWarnings: "PULUMI_K8S_SUPPRESS_HELM_HOOK_WARNINGS",
  deleteUnreachable: "PULUMI_K8S_DELETE_UNREACHABLE",
} as const;

const texts = ["context", "cluster", "namespace"] as const;

/** Accepted without effect: `version` and `__internal` are internal to the engine. */
const withoutEffect = [
  "clusterIdentifier",
  "suppressDeprecationWarnings",
  "version",
  "pluginDownloadURL",
  "__internal",
];

/** Provider inputs arrive as text or as JSON text, whatever type the program gave. */
function isTrue(value: Value): boolean {
  return value === true || value === "true";
}

function parsed(value: Value): Value {
  return typeof value === "string" ? JSON.parse(value) : value;
}

export function readConfig(config: Props, env: NodeJS.ProcessEnv): KubernetesConfig {
  const result: KubernetesConfig = {
    enablePatchForce: false,
    upsertExistingObjects: false,
    enableConfigMapMutable: false,
    enableSecretMutable: false,
    suppressHelmHookWarnings: false,
    deleteUnreachable: false,
    unknown: false,
  };
  for (const flag of Object.keys(flags) as (keyof typeof flags)[]) {
    result[flag] = config[flag] === undefined ? env[flags[flag]] === "true" : isTrue(config[flag]);
  }
  for (const [key, value] of Object.entries(config)) {
    if (value === undefined || value === null || withoutEffect.includes(key) || key in flags) continue;
    if (key === "kubeconfig") result.kubeconfig = isObject(value) ? JSON.stringify(value) : value;
    else if ((texts as readonly string[]).includes(key)) result[key as (typeof texts)[number]] = value;
    else if (key === "enableServerSideApply") demandServerSideApply(value);
    else if (key === "kubeClientSettings") {
      const { timeout } = value === unknownMarker ? {} : parsed(value);
      if (timeout !== undefined) result.requestTimeoutMs = Number(timeout) * 1000;
    } else throw new Error(`the sandbox does not implement the kubernetes provider's setting "${key}"`);
  }
  if (env["PULUMI_K8S_ENABLE_SERVER_SIDE_APPLY"] !== undefined && config["enableServerSideApply"] === undefined) {
    demandServerSideApply(env["PULUMI_K8S_ENABLE_SERVER_SIDE_APPLY"]);
  }
  result.unknown = [result.kubeconfig, result.context, result.cluster, result.namespace].includes(unknownMarker);
  return result;
}

function demandServerSideApply(value: Value): void {
  if (value !== unknownMarker && !isTrue(value))
    throw new Error("the sandbox implements server-side apply only: leave out enableServerSideApply");
}
