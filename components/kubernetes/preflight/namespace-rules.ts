import { quantityNumber } from "../../../lib/quantity.ts";
import { backupPluginResources, podKinds, podResources, type PodResources } from "../../../config/pod-resources.ts";
import type { PodKind } from "../../../config/schema/kubernetes/pods.ts";
import { deployed } from "../../../config/schema/kubernetes/external.ts";
import type { Commands } from "./commands.ts";
import { itemsOf, type Finding, type PreflightSettings, type Requirement } from "./requirement.ts";

interface Quota {
  metadata: { name: string };
  spec?: { hard?: Record<string, string> };
}
interface LimitRange {
  metadata: { name: string };
  spec?: {
    limits?: {
      type?: string;
      max?: Record<string, string>;
      default?: Record<string, string>;
      defaultRequest?: Record<string, string>;
    }[];
  };
}
type Metadata = { labels?: Record<string, string>; annotations?: Record<string, string> };

/** What in an existing namespace changes or rejects pods: a mesh, Pod Security, quotas and limits. */
export function namespaceRules(settings: PreflightSettings, commands: Commands): Requirement[] {
  const { namespace, createNamespace, runAsNonRoot, networkPolicies } = settings.kubernetes;
  const at = `/api/v1/namespaces/${namespace}`;
  const own: Requirement = {
    key: "kubernetes.namespace",
    questions: [{ path: at }],
    judge({ body } = { status: 404, body: undefined }) {
      const metadata = (body as { metadata?: Metadata } | undefined)?.metadata ?? {};
      const findings: Finding[] = [];
      const mesh = injection(metadata);
      if (mesh !== undefined)
        findings.push({
          message:
            `${namespace} has ${mesh.mark}, so ${mesh.name} adds a proxy to each pod except those of this stack's Jobs` +
            (networkPolicies.enabled
              ? `, and the network policies let no proxy reach its control plane: pods would not become ready. ` +
                `Allow it in a NetworkPolicy of your own, or remove the mark: \`${commands.kubectl(mesh.verb, "namespace", namespace, `${mesh.key}-`)}\``
              : ". Jobs have none, so the mesh must accept connections without mutual TLS"),
          isWarning: true,
        });
      const level = metadata.labels?.["pod-security.kubernetes.io/enforce"];
      if (level === "restricted" && !runAsNonRoot)
        findings.push({
          key: "kubernetes.runAsNonRoot",
          message: createNamespace
            ? `is false, so this stack lowers Pod Security of the namespace ${namespace} from restricted to baseline. Set it to true to keep restricted`
            : `is false, but the namespace ${namespace} enforces Pod Security restricted, which rejects Chatwoot's pods as root. Set it to true`,
          isWarning: createNamespace,
        });
      return findings;
    },
  };
  const amounts: Requirement = {
    key: "kubernetes.pods.resources",
    questions: [{ path: `${at}/resourcequotas` }, { path: `${at}/limitranges` }],
    judge: (quotas, ranges) => [
      ...missingAmounts(settings, itemsOf<Quota>(quotas), itemsOf<LimitRange>(ranges)),
      ...largeAmounts(settings, itemsOf<LimitRange>(ranges)),
    ],
  };
  return [own, amounts];
}

function injection({ labels = {}, annotations = {} }: Metadata) {
  if (labels["istio-injection"] === "enabled")
    return { name: "Istio", key: "istio-injection", mark: "the label istio-injection=enabled", verb: "label" };
  const revision = labels["istio.io/rev"];
  if (revision !== undefined && labels["istio-injection"] !== "disabled")
    return { name: "Istio", key: "istio.io/rev", mark: `the label istio.io/rev=${revision}`, verb: "label" };
  const key = "linkerd.io/inject";
  const linkerd = annotations[key];
  if (linkerd === "enabled" || linkerd === "ingress")
    return { name: "Linkerd", key, mark: `the annotation ${key}: ${linkerd}`, verb: "annotate" };
  return undefined;
}

/** The containers of this stack, each with its amounts; undefined without any. */
function containers({ kubernetes, web, worker }: PreflightSettings): [PodKind, PodResources | undefined][] {
  const { pods } = kubernetes;
  const postgres = deployed(kubernetes.postgres);
  const memory: Partial<Record<PodKind, number | undefined>> = {
    web: web.memoryMb,
    worker: worker.memoryMb,
    database: postgres?.memoryMb,
    redis: deployed(kubernetes.redis)?.memoryMb,
  };
  const unused: Partial<Record<PodKind, boolean>> = {
    database: postgres === undefined,
    backupPlugin: postgres?.backup === undefined,
    restoreDrill: !postgres?.backup?.drill,
    redis: deployed(kubernetes.redis) === undefined,
    redisExporter: kubernetes.monitoring === undefined,
    proxy: kubernetes.sso === undefined,
    pipeline: true,
  };
  return podKinds
    .filter((kind) => unused[kind] !== true)
    .map((kind) => [
      kind,
      kind === "backupPlugin" ? backupPluginResources(pods) : podResources(pods, kind, memory[kind]),
    ]);
}

/** A quota on an amount rejects every pod that does not state it. */
function missingAmounts(
  settings: PreflightSettings,
  quotas: readonly Quota[],
  ranges: readonly LimitRange[],
): Finding[] {
  const defaults = ranges.flatMap(({ spec }) => (spec?.limits ?? []).filter(({ type }) => type === "Container"));
  const findings = new Map<string, Finding>();
  for (const { metadata, spec } of quotas)
    for (const name of Object.keys(spec?.hard ?? {})) {
      const [, group = "requests", amount] = /^(?:(requests|limits)\.)?(cpu|memory)$/.exec(name) ?? [];
      if (amount === undefined) continue;
      const list = group as "requests" | "limits";
      const isDefault = defaults.some(
        (each) =>
          each.default?.[amount] !== undefined || (list === "requests" && each.defaultRequest?.[amount] !== undefined),
      );
      const without = containers(settings).filter(
        ([, resources]) => resources?.[list][amount] === undefined && resources?.limits[amount] === undefined,
      );
      if (isDefault || without.length === 0) continue;
      const key = `kubernetes.pods.resources.${list}.${amount}`;
      findings.set(key, {
        key,
        message:
          `is not set, but the ResourceQuota ${metadata.name} on ${name} rejects pods without it: ` +
          `${without.map(([kind]) => kind).join(", ")}. Set it, or in kubernetes.pods.overrides for these`,
      });
    }
  return [...findings.values()];
}

/** A limit range rejects containers above its maximum. */
function largeAmounts(settings: PreflightSettings, ranges: readonly LimitRange[]): Finding[] {
  return ranges.flatMap(({ metadata, spec }) =>
    (spec?.limits ?? [])
      .filter(({ type }) => type === "Container")
      .flatMap(({ max = {} }) =>
        Object.entries(max).flatMap(([amount, most]): Finding[] => {
          const above = containers(settings).flatMap(([kind, resources]) => {
            const limit = resources?.limits[amount];
            const isAbove = limit !== undefined && (quantityNumber(limit) ?? 0) > (quantityNumber(most) ?? Infinity);
            return isAbove ? [`${kind} with ${limit}`] : [];
          });
          if (above.length === 0) return [];
          return [
            {
              message:
                `exceeds the LimitRange ${metadata.name}, which allows ${most} of ${amount} for a container: ` +
                `${above.join(", ")}. Request a higher maximum, or lower these`,
            },
          ];
        }),
      ),
  );
}
