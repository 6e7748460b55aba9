import { isDeepStrictEqual } from "node:util";
import { databaseObstacles, type Obstacle } from "./database.ts";
import { at, isSame, titleOf, type KubernetesObject } from "./objects.ts";

export interface Known {
  stack: string;
  /** Every object that the deployment creates. */
  planned: readonly KubernetesObject[];
  /** The live objects among them, and every workload and ingress of the namespace. */
  live: readonly KubernetesObject[];
  /** Whether the stack file sets `keptSecrets`. */
  keepsSecrets: boolean;
}

/** Fields that the API server does not allow to change. */
const immutable: Readonly<Record<string, readonly string[]>> = {
  Deployment: ["spec.selector"],
  StatefulSet: ["spec.selector", "spec.serviceName"],
  Service: ["spec.clusterIP"],
  PersistentVolumeClaim: ["spec.storageClassName", "spec.accessModes"],
  Secret: ["type"],
};
const claimKeys = "chatwoot:storage and chatwoot:kubernetes.redis";

/** Copies the environment of a running pod into the configuration without printing it. */
function keepCommand(stack: string, namespace: string): string {
  const names = "SECRET_KEY_BASE|POSTGRES_PASSWORD|ACTIVE_RECORD_ENCRYPTION_";
  const ruby = `puts ENV.select { |k, v| v.size > 0 && k =~ /^(${names})/ }.to_json`;
  return `kubectl --namespace ${namespace} exec deploy/chatwoot-web -- ruby -rjson -e '${ruby}' | pulumi config set --secret chatwoot:keptSecrets --stack ${stack}`;
}

/** The problems to fix before the deployment can adopt the live objects without losing data. */
export function obstacles(all: Known, isForeign: (live: KubernetesObject) => boolean): Obstacle[] {
  const known = { ...all, live: all.live.filter(isForeign) };
  const pairs = known.planned.flatMap((wanted) => {
    const live = known.live.find((one) => isSame(one, wanted));
    return live === undefined ? [] : [{ wanted, live }];
  });
  return [
    // Also for objects of this program: after the loss of its state, a deployment would generate new keys.
    ...keptObstacles(all),
    ...preparations(all),
    ...databaseObstacles(pairs),
    ...pairs.flatMap(({ wanted, live }) => fixedObstacles(wanted, live)),
    ...conflicts(known),
  ];
}

function keptObstacles({ stack, live, keepsSecrets }: Known): Obstacle[] {
  const web = live.find(({ kind, metadata }) => kind === "Deployment" && metadata.name === "chatwoot-web");
  if (web === undefined || keepsSecrets) return [];
  return [
    {
      what: "The deployment would replace Chatwoot's SECRET_KEY_BASE: all users would be signed out, and encrypted data would be lost",
      command: keepCommand(stack, web.metadata.namespace ?? ""),
    },
  ];
}

/** A completed Job is immutable, and a new state would create it under the same name. */
function preparations({ live }: Known): Obstacle[] {
  return live
    .filter(({ kind, metadata }) => kind === "Job" && metadata.name.startsWith("chatwoot-prepare-"))
    .map((job) => ({
      what: `${titleOf(job)} is completed and belongs to an earlier state`,
      command: deleteCommand(job),
    }));
}

function fixedObstacles(wanted: KubernetesObject, live: KubernetesObject): Obstacle[] {
  const fixed = (immutable[wanted.kind] ?? []).filter((path) => isFixed(wanted, live, path));
  if (fixed.length === 0) return [];
  const what = `${titleOf(live)} has a different ${fixed.join(" and ")}, which is immutable`;
  if (wanted.kind === "PersistentVolumeClaim")
    return [{ what, command: `Set its current value in the stack file (${claimKeys}): ${formatValues(live, fixed)}` }];
  return [{ what, command: deleteCommand(live) }];
}

function isFixed(wanted: KubernetesObject, live: KubernetesObject, path: string): boolean {
  const [want, has] = [at(wanted, path), at(live, path)];
  // The API server's default is Opaque.
  if (path === "type") return (want ?? "Opaque") !== (has ?? "Opaque");
  // Only the change between None and an address is refused.
  if (path === "spec.clusterIP") return (want === "None") !== (has === "None");
  return want !== undefined && !isDeepStrictEqual(want, has);
}

/** Workloads of another name or kind that would write to the same volumes or serve the same host. */
function conflicts({ planned, live }: Known): Obstacle[] {
  const claims = planned.filter(({ kind }) => kind === "PersistentVolumeClaim").map(({ metadata }) => metadata.name);
  const hosts = planned.flatMap(hostsOf);
  return live
    .filter((one) => !planned.some((wanted) => isSame(wanted, one)))
    .flatMap((one): Obstacle[] => {
      const mounted = claimsOf(one).find((name) => claims.includes(name));
      if (mounted !== undefined)
        return [{ what: `${titleOf(one)} writes to the claim ${mounted}, which is kept`, command: deleteCommand(one) }];
      const host = hostsOf(one).find((each) => hosts.includes(each));
      if (host === undefined) return [];
      return [{ what: `${titleOf(one)} routes ${host} away from the deployment`, command: deleteCommand(one) }];
    });
}

const hostsOf = (object: KubernetesObject): string[] =>
  object.kind !== "Ingress"
    ? []
    : ((at(object, "spec.rules") ?? []) as { host?: string }[]).flatMap(({ host }) => host ?? []);

function claimsOf(object: KubernetesObject): string[] {
  const volumes = (at(object, "spec.template.spec.volumes") ?? []) as object[];
  return volumes.flatMap((volume) => (at(volume, "persistentVolumeClaim.claimName") as string | undefined) ?? []);
}

function formatValues(live: KubernetesObject, paths: readonly string[]): string {
  return paths.map((path) => `${path.split(".").at(-1)} ${[at(live, path)].flat().join(", ")}`).join("; ");
}

function deleteCommand({ kind, metadata: { name, namespace } }: KubernetesObject): string {
  return `kubectl --namespace ${namespace} delete ${kind.toLowerCase()} ${name}`;
}
