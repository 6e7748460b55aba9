import type { StandIn } from "../stand-in.ts";
import { ownedBy } from "./objects.ts";

/** Creates the Poolers' services and reports their instances as ready; no PgBouncer pods are created. */
export const poolers: StandIn = {
  name: "cnpg-pooler",
  kind: "Pooler",
  wakes: ["Cluster"],
  async reconcile(pooler, context) {
    const { metadata, spec, status } = pooler;
    if (metadata.deletionTimestamp) return undefined;
    if (!context.world.get("Cluster", metadata.namespace, spec.cluster.name as string)) return { waiting: true };
    await context.create("Service", {
      metadata: { name: metadata.name, namespace: metadata.namespace!, ownerReferences: ownedBy(pooler) },
      spec: {
        selector: { "cnpg.io/poolerName": metadata.name },
        ports: [{ name: "pgbouncer", port: 5432, targetPort: 5432 }],
      },
    });
    const instances = (spec.instances as number | undefined) ?? 1;
    if (status?.instances !== instances) await context.patch("Pooler", pooler, { status: { instances } }, "status");
    return undefined;
  },
};
