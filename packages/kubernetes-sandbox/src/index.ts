export { startCluster, type Cluster, type StartOptions } from "./start.ts";
export { stopCluster, type StopOptions } from "./stop.ts";
export { clusterStatus, type ClusterStatus } from "./status.ts";
export type { IngressClassOptions, StorageClassOptions } from "./seed.ts";
