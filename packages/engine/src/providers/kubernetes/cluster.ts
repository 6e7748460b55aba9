import { createClient, type Client } from "./client.ts";
import { createDiscovery, type Discovery } from "./discovery.ts";
import type { Connection } from "./kubeconfig.ts";

/** A cluster connection. */
export interface Cluster {
  client: Client;
  discovery: Discovery;
  /** The namespace of objects that set none. */
  defaultNamespace: string;
}

export function openCluster(connection: Connection, requestTimeoutMs: number): Cluster {
  const client = createClient(connection.kubeConfig, requestTimeoutMs);
  return { client, discovery: createDiscovery(client), defaultNamespace: connection.namespace };
}
