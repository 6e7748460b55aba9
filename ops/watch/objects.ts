import { z } from "zod";

const time = z.string().nullish();
const condition = z.object({
  type: z.string(),
  status: z.string(),
  reason: z.string().default(""),
  message: z.string().default(""),
  lastTransitionTime: time,
});
const conditions = z.array(condition).default([]);
const metadata = z.object({
  name: z.string(),
  creationTimestamp: time,
  deletionTimestamp: time,
  labels: z.record(z.string(), z.string()).default({}),
  ownerReferences: z.array(z.object({ kind: z.string(), name: z.string() })).default([]),
});
const terminated = z
  .object({ exitCode: z.number().default(0), reason: z.string().default(""), message: z.string().default("") })
  .optional();
const container = z.object({
  name: z.string(),
  ready: z.boolean().default(false),
  restartCount: z.number().default(0),
  state: z
    .object({
      waiting: z.object({ reason: z.string().default(""), message: z.string().default("") }).optional(),
      running: z.object({ startedAt: time }).optional(),
      terminated,
    })
    .default({}),
  lastState: z.object({ terminated }).default({}),
});
const replicas = z.number().default(1);
const count = z.number().default(0);

/** What is read of each kind. */
const schemas = {
  Pod: z.object({
    metadata,
    status: z
      .object({
        phase: z.string().default(""),
        conditions,
        initContainerStatuses: z.array(container).default([]),
        containerStatuses: z.array(container).default([]),
      })
      .prefault({}),
  }),
  Event: z.object({
    involvedObject: z.object({ kind: z.string().default(""), name: z.string().default("") }),
    reason: z.string().default(""),
    message: z.string().default(""),
    firstTimestamp: time,
    lastTimestamp: time,
    eventTime: time,
    series: z.object({ lastObservedTime: time }).nullish(),
    metadata,
  }),
  ReplicaSet: z.object({
    metadata,
    spec: z.object({ replicas }).prefault({}),
    status: z.object({ replicas: count }).prefault({}),
  }),
  StatefulSet: z.object({
    metadata,
    spec: z.object({ replicas }).prefault({}),
    status: z.object({ replicas: count }).prefault({}),
  }),
  Deployment: z.object({ metadata, status: z.object({ conditions }).prefault({}) }),
  Job: z.object({
    metadata,
    status: z.object({ active: count, succeeded: count, failed: count, conditions }).prefault({}),
  }),
  PersistentVolumeClaim: z.object({
    metadata,
    status: z.object({ phase: z.string().default("") }).prefault({}),
  }),
  Cluster: z.object({
    metadata,
    spec: z.object({ bootstrap: z.object({ recovery: z.unknown() }).partial().optional() }).prefault({}),
    status: z.object({ phase: z.string().default(""), phaseReason: z.string().default(""), conditions }).optional(),
  }),
} as const;

export type Container = z.output<typeof container>;
type Kind = keyof typeof schemas;
export type ObjectOf<K extends Kind> = z.output<(typeof schemas)[K]>;
/** The objects of a namespace, by kind. */
export type ClusterObjects = { [K in Kind]: ObjectOf<K>[] };

/** Sorts a list of kubectl by kind; ignores objects of other kinds and unreadable ones. */
export function sortObjects(items: readonly unknown[]): ClusterObjects {
  const kinds = Object.keys(schemas) as Kind[];
  return Object.fromEntries(
    kinds.map((kind) => [
      kind,
      items.flatMap((item) => {
        if ((item as { kind?: unknown } | null)?.kind !== kind) return [];
        const parsed = schemas[kind].safeParse(item);
        return parsed.success ? [parsed.data] : [];
      }),
    ]),
  ) as unknown as ClusterObjects;
}
