import type { JsonGeneralName } from "@peculiar/x509";
import { createAuthority } from "../../certificates.ts";
import type { Lookup } from "../world.ts";
import type { PostgresCluster } from "./cluster-spec.ts";
import { ownedBy, type Made } from "./objects.ts";

/**
 * A cluster's CA and its certificates for servers and replication, created once and named as by the operator. The CA is
 * created last: its existence means that the others exist.
 */
export async function certificateObjects(cluster: PostgresCluster, world: Lookup): Promise<Made[]> {
  const { name, namespace } = cluster.metadata;
  if (world.get("Secret", namespace, `${name}-ca`)) return [];
  const { ca, sign } = await createAuthority(name);
  const services = ["rw", "r", "ro"].map((suffix) => `${name}-${suffix}`);
  const names = services.flatMap((service): JsonGeneralName[] =>
    ["", `.${namespace}`, `.${namespace}.svc`, `.${namespace}.svc.cluster.local`].map((rest) => ({
      type: "dns",
      value: `${service}${rest}`,
    })),
  );
  const server = await sign({ subject: [{ CN: [`${name}-rw`] }], usages: ["serverAuth"], names });
  const replication = await sign({ subject: [{ CN: ["streaming_replica"] }], usages: ["clientAuth"] });
  const secret = (suffix: string, type: string, stringData: Record<string, string>): Made => ({
    kind: "Secret",
    object: {
      metadata: {
        name: `${name}-${suffix}`,
        namespace: namespace!,
        labels: { "cnpg.io/cluster": name },
        ownerReferences: ownedBy(cluster),
      },
      type,
      stringData,
    },
  });
  return [
    secret("server", "kubernetes.io/tls", { "tls.crt": server.certificate, "tls.key": server.key }),
    secret("replication", "kubernetes.io/tls", { "tls.crt": replication.certificate, "tls.key": replication.key }),
    secret("ca", "Opaque", { "ca.crt": ca.certificate, "ca.key": ca.key }),
  ];
}
