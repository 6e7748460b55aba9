import { isDeepStrictEqual } from "node:util";
import { databaseObstacles, type Obstacle } from "./database.ts";
import { at, isSame, titleOf, type KubernetesObject } from "./objects.ts";

export interface Known {
  stack: string;
  /** Every object that the program makes. */
  planned: readonly KubernetesObject[];
  /** What the cluster has of them, and every workload and ingress of the namespace. */
  live: readonly KubernetesObject[];
  /** Whether the stack file has `keptSecrets`. */
  keepsSecrets: boolean;
}

/** What the API server lets nobody change, by kind; and whether the object may simply be made anew. */
const immutable: Readonly<Record<string, readonly string[]>> = {
  Deployment: ["spec.selector"],
  StatefulSet: ["spec.selector", "spec.serviceName"],
  Service: ["spec.clusterIP"],
  PersistentVolumeClaim: ["spec.storageClassName", "spec.accessModes"],
  Secret: ["type"],
};
const claimKeys = "chatwoot:storage and chatwoot:kubernetes.redis";

/** Takes the environment out of a pod that runs, and shows it to nobody. */
function keepCommand(stack: string, namespace: string): string {
  const names = "SECRET_KEY_BASE|POSTGRES_PASSWORD|ACTIVE_RECORD_ENCRYPTION_";
  const ruby = `puts ENV.select { |k, v| v.size > 0 && k =~ /^(${names})/ }.to_json`;
  return `kubectl --namespace ${namespace} exec deploy/chatwoot-web -- ruby -rjson -e '${ruby}' | pulumi config set --secret chatwoot:keptSecrets --stack ${stack}`;
}

/** What has to be done before the program can take over what is there without losing anything. */
export function obstacles(all: Known, isForeign: (live: KubernetesObject) => boolean): Obstacle[] {
  const known = { ...all, live: all.live.filter(isForeign) };
  const pairs = known.planned.flatMap((wanted) => {
    const live = known.live.find((one) => isSame(one, wanted));
    return live === undefined ? [] : [{ wanted, live }];
  });
  return [
    // Also where this program made it: a state that was lost would begin with other keys.
    ...keptObstacles(all),
    ...preparations(all),
    ...databaseObstacles(pairs),
    ...pairs.flatMap(({ wanted, live }) => fixedObstacles(wanted, live)),
    ...others(known),
  ];
}

function keptObstacles({ stack, live, keepsSecrets }: Known): Obstacle[] {
  const web = live.find(({ kind, metadata }) => kind === "Deployment" && metadata.name === "chatwoot-web");
  if (web === undefined || keepsSecrets) return [];
  return [
    {
      what: "Chatwoot runs with a SECRET_KEY_BASE of its own, which a new one would replace: everybody signs in again, and what is encrypted is lost",
      command: keepCommand(stack, web.metadata.namespace ?? ""),
    },
  ];
}

/** A Job that is done cannot be changed, and a new state would make it under the same name. */
function preparations({ live }: Known): Obstacle[] {
  return live
    .filter(({ kind, metadata }) => kind === "Job" && metadata.name.startsWith("chatwoot-prepare-"))
    .map((job) => ({ what: `${titleOf(job)} is of an earlier state, and done`, command: deleteCommand(job) }));
}

function fixedObstacles(wanted: KubernetesObject, live: KubernetesObject): Obstacle[] {
  const fixed = (immutable[wanted.kind] ?? []).filter((path) => isFixed(wanted, live, path));
  if (fixed.length === 0) return [];
  const what = `${titleOf(live)} has another ${fixed.join(" and ")}, which cannot be changed`;
  if (wanted.kind === "PersistentVolumeClaim")
    return [{ what, command: `Write its own into the stack file (${claimKeys}): ${told(live, fixed)}` }];
  return [{ what, command: deleteCommand(live) }];
}

function isFixed(wanted: KubernetesObject, live: KubernetesObject, path: string): boolean {
  const [want, has] = [at(wanted, path), at(live, path)];
  // What the program leaves out is the API server's default.
  if (path === "type") return (want ?? "Opaque") !== (has ?? "Opaque");
  // A service has an address unless it says that it wants none, and keeps it.
  if (path === "spec.clusterIP") return (want === "None") !== (has === "None");
  return want !== undefined && !isDeepStrictEqual(want, has);
}

/** Workloads of another name or kind that would write to the same volumes, or answer at the same address. */
function others({ planned, live }: Known): Obstacle[] {
  const claims = planned.filter(({ kind }) => kind === "PersistentVolumeClaim").map(({ metadata }) => metadata.name);
  const hosts = planned.flatMap(hostsOf);
  return live
    .filter((one) => !planned.some((wanted) => isSame(wanted, one)))
    .flatMap((one): Obstacle[] => {
      const mounted = claimsOf(one).find((name) => claims.includes(name));
      if (mounted !== undefined)
        return [{ what: `${titleOf(one)} writes to the claim ${mounted}, which stays`, command: deleteCommand(one) }];
      const host = hostsOf(one).find((each) => hosts.includes(each));
      if (host === undefined) return [];
      return [{ what: `${titleOf(one)} leads ${host} past what this program makes`, command: deleteCommand(one) }];
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

function told(live: KubernetesObject, paths: readonly string[]): string {
  return paths.map((path) => `${path.split(".").at(-1)} ${[at(live, path)].flat().join(", ")}`).join("; ");
}

function deleteCommand({ kind, metadata: { name, namespace } }: KubernetesObject): string {
  return `kubectl --namespace ${namespace} delete ${kind.toLowerCase()} ${name}`;
}
