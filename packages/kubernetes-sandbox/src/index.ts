/** A Kubernetes control plane on one machine, and the stand-ins for nodes and operators. */

export { startCluster, type Cluster, type StartOptions } from "./start.ts";
export { stopCluster, type StopOptions } from "./stop.ts";
export { clusterStatus, type ClusterStatus } from "./status.ts";
export { clusterPaths, type ClusterPaths } from "./folder.ts";
export { createAuthority } from "./certificates.ts";
export { startFaultProxy, type Decide, type Fault, type FaultProxy, type ProxiedRequest } from "./fault-proxy.ts";
export type { IngressClassOptions, SeedObject, StorageClassOptions } from "./seed.ts";
export type { ContainerStart } from "./stand-ins/journal.ts";
