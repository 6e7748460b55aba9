import { isCommand, stepOf } from "../fly.ts";
import { groupOf, kindOf } from "../kubernetes.ts";
import type { Rule } from "../rule.ts";

/** `group/Kind`, without the group for the core group. */
const known = new Set([
  ...["ConfigMap", "Namespace", "PersistentVolumeClaim", "Secret", "Service", "ServiceAccount"],
  ...["apps/Deployment", "apps/StatefulSet", "batch/CronJob", "batch/Job"],
  ...["autoscaling/HorizontalPodAutoscaler", "policy/PodDisruptionBudget"],
  ...["networking.k8s.io/Ingress", "networking.k8s.io/NetworkPolicy"],
  ...["gateway.networking.k8s.io/HTTPRoute", "gateway.networking.k8s.io/ReferenceGrant"],
  ...["rbac.authorization.k8s.io/Role", "rbac.authorization.k8s.io/RoleBinding"],
  ...["postgresql.cnpg.io/Cluster", "postgresql.cnpg.io/Database", "postgresql.cnpg.io/ScheduledBackup"],
  ...["barmancloud.cnpg.io/ObjectStore", "cert-manager.io/Certificate", "external-secrets.io/ExternalSecret"],
  ...["keda.sh/ScaledObject", "keda.sh/TriggerAuthentication"],
  ...["monitoring.coreos.com/PodMonitor", "monitoring.coreos.com/PrometheusRule"],
  // Its objects are resources of the stack. Those of a Release are not.
  "helm.sh/Chart",
]);

export const knownObjects: Rule<{ kinds: string[] }> = {
  name: "known-objects",
  requirement: "Every resource is of a kind that the rules know.",
  reason: "A kind that no rule reads can route requests, run pods and grant rights without a check.",
  fix: "Use a kind of the list, or review the new one and add it to `kinds`, as `group/Kind` or as Pulumi's type.",
  level: "mandatory",
  settings: {
    kinds: {
      type: "array",
      items: { type: "string" },
      default: [],
      description: "Reviewed kinds in addition to those that the stacks create",
    },
  },
  ofResource(resource, { settings }) {
    const { type } = resource;
    if (/^(chatwoot:|random:|pulumi:)/.test(type)) return [];
    if (isCommand(resource) && stepOf(resource) !== undefined) return [];
    const group = groupOf(resource);
    const kind = type.startsWith("kubernetes:") ? `${group === "" ? "" : `${group}/`}${kindOf(resource)}` : type;
    return known.has(kind) || settings.kinds.includes(kind)
      ? []
      : [`is a ${kind}, which no rule reads. Remove it, or review it and add it to kinds.`];
  },
};
