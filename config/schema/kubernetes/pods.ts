import { z } from "zod";
import { quantityNumber } from "../../../lib/quantity.ts";
import { labelValue, objectName, qualifiedName as name, text, whole } from "../words.ts";

/** The labels that select the stack's pods, for Deployments, budgets and network policies. */
const selectingLabels = [
  "app",
  "release",
  "role",
  ...["name", "part-of", "component", "instance"].map((label) => `app.kubernetes.io/${label}`),
];
const podLabel = name.refine(
  (label) => !selectingLabels.includes(label) && !/(^|\.)cnpg\.io\//.test(label),
  "selects the stack's own pods. Choose another name",
);

const toleration = z
  .strictObject({
    /** Key of the taint. Default, with `operator: Exists`: every taint. */
    key: name.optional(),
    /** How `value` is compared. Default: Equal. */
    operator: z.enum(["Equal", "Exists"], "has an unknown value. Use Equal or Exists").optional(),
    /** Value of the taint. */
    value: labelValue.optional(),
    /** Effect of the taint. Default: every effect. */
    effect: z
      .enum(
        ["NoSchedule", "PreferNoSchedule", "NoExecute"],
        "has an unknown value. Use NoSchedule, PreferNoSchedule or NoExecute",
      )
      .optional(),
    /** Seconds that a pod stays on a node after such a taint. Default: forever. */
    tolerationSeconds: whole(0, 1_000_000).optional(),
  })
  .superRefine(({ key, operator, value, effect, tolerationSeconds }, context) => {
    const refuse = (path: string, message: string): void => context.addIssue({ code: "custom", path: [path], message });
    if (operator === "Exists" && value !== undefined)
      refuse("value", "is set, but operator: Exists compares no value. Remove one of them");
    if (operator !== "Exists" && key === undefined)
      refuse("key", "is missing. Add it, or tolerate every taint with operator: Exists");
    if (tolerationSeconds !== undefined && effect !== "NoExecute")
      refuse("tolerationSeconds", "applies to effect: NoExecute only. Set that effect, or remove it");
  });

const operators = z.enum(
  ["In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"],
  "has an unknown value. Use In, NotIn, Exists, DoesNotExist, Gt or Lt",
);
const requirement = z
  .strictObject({ key: name, operator: operators, values: z.array(labelValue).optional() })
  .superRefine(({ operator, values = [] }, context) => {
    const none = operator === "Exists" || operator === "DoesNotExist";
    const one = operator === "Gt" || operator === "Lt";
    const [least, most] = none ? [0, 0] : [1, one ? 1 : Infinity];
    const wanted = none ? "no value" : one ? "one value" : "one or more";
    if (values.length < least || values.length > most)
      context.addIssue({
        code: "custom",
        path: ["values"],
        message: `has ${values.length} values, but operator: ${operator} takes ${wanted}. Correct one of them`,
      });
  });
const requirements = z.array(requirement);
const weight = whole(1, 100);

const nodeTerm = z.strictObject({
  matchExpressions: requirements.optional(),
  matchFields: requirements.optional(),
});
const labelSelector = z.strictObject({
  matchLabels: z.record(name, labelValue).optional(),
  matchExpressions: requirements.optional(),
});
const podTerm = z.strictObject({
  labelSelector: labelSelector.optional(),
  namespaceSelector: labelSelector.optional(),
  namespaces: z.array(objectName).optional(),
  topologyKey: name,
  matchLabelKeys: z.array(name).optional(),
  mismatchLabelKeys: z.array(name).optional(),
});
const podTerms = z.strictObject({
  requiredDuringSchedulingIgnoredDuringExecution: z.array(podTerm).optional(),
  preferredDuringSchedulingIgnoredDuringExecution: z
    .array(z.strictObject({ weight, podAffinityTerm: podTerm }))
    .optional(),
});
/** Kubernetes' own structure. Strict, because the API server drops unknown fields silently. */
const strictAffinity = z.strictObject({
  nodeAffinity: z
    .strictObject({
      requiredDuringSchedulingIgnoredDuringExecution: z
        .strictObject({ nodeSelectorTerms: z.array(nodeTerm).min(1, "is empty. Add a term") })
        .optional(),
      preferredDuringSchedulingIgnoredDuringExecution: z
        .array(z.strictObject({ weight, preference: nodeTerm }))
        .optional(),
    })
    .optional(),
  podAffinity: podTerms.optional(),
  podAntiAffinity: podTerms.optional(),
});

/** The reference describes it in one line. */
const affinity = z.record(z.string(), z.unknown()).pipe(strictAffinity);

const quantity = z
  .union([z.string(), z.number()], "is not a quantity. Write it as 500m, 2 or 1Gi")
  .transform(String)
  .refine((value) => (quantityNumber(value) ?? 0) > 0, "is not a quantity. Write it as 500m, 2 or 1Gi");

const amounts = {
  /** CPU, in cores or thousandths of one (`500m`). */
  cpu: quantity.optional(),
  /** Space on the node's disk, for instance 1Gi. */
  "ephemeral-storage": quantity.optional(),
  /** Memory, for instance 512Mi, of a workload without a setting for it. */
  memory: quantity.optional(),
};

const resources = z.strictObject({
  /** What a node must have free. */
  requests: z.strictObject(amounts).optional(),
  /** What a container may use at most. */
  limits: z.strictObject(amounts).optional(),
});

const placement = {
  /** Labels that a node must have. Default: none. */
  nodeSelector: z.record(name, labelValue).optional(),
  /** Taints of nodes that the pods may run on. Default: none. */
  tolerations: z.array(toleration).optional(),
  /** Kubernetes' `affinity`, for nodes and pods. Default: none. */
  affinity: affinity.optional(),
  /** PriorityClass, which must exist. Default: none. */
  priorityClassName: objectName.optional(),
  /** Names of Secrets with the credentials of image registries, in the namespace. Default: none. */
  imagePullSecrets: z.array(objectName).optional(),
  /** Additional labels of the pods. Default: none. */
  labels: z.record(podLabel, labelValue).optional(),
  /** Additional annotations of the pods. Default: none. */
  annotations: z.record(name, text).optional(),
};

/**
 * The stack's pods: `restoreDrill` is the drill's script, whose temporary database has the settings of `database`, and
 * `backupPlugin` is the backup plugin's container beside each database instance, for which only resources apply.
 */
const kinds = [
  "web",
  "worker",
  "preparation",
  "database",
  "backupPlugin",
  "redis",
  "redisExporter",
  "proxy",
  "restoreDrill",
  "pipeline",
] as const;

const settings = {
  ...placement,
  /** Requests and limits of every container, for instance CPU limits for a namespace with a ResourceQuota. Default: the stack's own. */
  resources: resources.optional(),
};

/**
 * Placement, resources, labels and pull secrets of the stack's pods. A change restarts the pods that it applies to, the
 * database and Redis too.
 */
export const pods = z.strictObject({
  ...settings,
  /**
   * Exceptions by workload: web, worker, preparation, database, backupPlugin, redis, redisExporter, proxy, restoreDrill or
   * pipeline. Each has the keys of `pods`, which replace those of all pods; an empty value removes one, and resources are
   * merged by name. Default: none.
   */
  overrides: z.partialRecord(z.enum(kinds, `is not a workload. Use ${kinds.join(", ")}`), z.strictObject(settings)).default({}),
});

export type PodsConfig = z.output<typeof pods>;
export type PodKind = (typeof kinds)[number];
/** A kind with pods, not only a container. */
export type PlacedKind = Exclude<PodKind, "backupPlugin">;
