import { placementOf } from "../pod-template.ts";
import type { PlacedKind, PodsConfig } from "../../../config/schema/kubernetes/pods.ts";
import type { Commands } from "./commands.ts";
import { oneOf, reading, type PreflightSettings, type Requirement } from "./requirement.ts";

/** The objects that pods refer to: the namespace, priority classes and pull secrets. Without them, no pod starts. */
export function podRequirements({ kubernetes }: PreflightSettings, commands: Commands): Requirement[] {
  const { namespace, createNamespace, pods } = kubernetes;
  return [
    ...(createNamespace ? [] : [existingNamespace(namespace, commands)]),
    ...named(pods, ({ priorityClassName }) => (priorityClassName === undefined ? [] : [priorityClassName])).map(
      ([name, key]) =>
        oneOf(`${key}.priorityClassName`, {
          path: "/apis/scheduling.k8s.io/v1/priorityclasses",
          name,
          what: "priority class",
          remedy: `Set one of \`${commands.kubectl("get", "priorityclass")}\`, or create it`,
        }),
    ),
    ...named(pods, ({ imagePullSecrets = [] }) => imagePullSecrets).map(([name, key]) =>
      pullSecret(`${key}.imagePullSecrets`, namespace, name, commands),
    ),
  ];
}

function existingNamespace(namespace: string, commands: Commands): Requirement {
  return reading("kubernetes.createNamespace", `/api/v1/namespaces/${namespace}`, ({ status }) =>
    status === 404
      ? `is false, but the namespace ${namespace} does not exist. Create it: \`${commands.kubectl("create", "namespace", namespace)}\``
      : undefined,
  );
}

function pullSecret(key: string, namespace: string, name: string, commands: Commands): Requirement {
  const create = commands.kubectl("--namespace", namespace, "create", "secret", "docker-registry", name);
  return reading(key, `/api/v1/namespaces/${namespace}/secrets/${name}`, ({ status }) =>
    status === 404
      ? `names the Secret ${namespace}/${name}, which does not exist. Create the namespace if it is missing, then the Secret ` +
        `from a file that \`docker login\` wrote: \`${create} --from-file=.dockerconfigjson=FILE\``
      : undefined,
  );
}

/** Each name once, with the first key that has it. */
function named(pods: PodsConfig, names: (placement: ReturnType<typeof placementOf>) => readonly string[]) {
  const found = new Map<string, string>();
  const all: [string, readonly string[]][] = [
    ["kubernetes.pods", names(pods)],
    ...Object.keys(pods.overrides).map((kind): [string, readonly string[]] => [
      `kubernetes.pods.overrides.${kind}`,
      names(placementOf(pods, kind as PlacedKind)),
    ]),
  ];
  for (const [key, each] of all) for (const name of each) if (!found.has(name)) found.set(name, key);
  return [...found];
}
