/** The sizes from which PostgreSQL's parameters are computed. */
export interface PostgresSizes {
  /** Memory of an instance, in MiB. */
  memoryMb: number;
  maxConnections: number;
  /** Size of the volume for WAL, in GiB. */
  walSizeGi: number;
}

/**
 * The recovery point objective, in minutes: the maximum loss if the whole cluster is lost. A WAL segment is archived
 * when it is full, and after this time at the latest.
 */
const archiveTimeoutMinutes = 5;

const clamp = (value: number, least: number, most: number): number =>
  Math.floor(Math.min(most, Math.max(least, value)));

/**
 * A quarter of the memory is for PostgreSQL's own cache, the usual share; the rest is for connections and the system's
 * cache. Half of the WAL volume is for standbys that lag, a quarter for checkpoints, and a quarter for segments that
 * wait for a bucket that does not answer.
 */
export function postgresParameters({ memoryMb, maxConnections, walSizeGi }: PostgresSizes): Record<string, string> {
  const walMb = walSizeGi * 1024;
  const sharedBuffersMb = Math.floor(memoryMb / 4);
  return {
    max_connections: String(maxConnections),
    shared_buffers: `${sharedBuffersMb}MB`,
    effective_cache_size: `${Math.floor((memoryMb * 3) / 4)}MB`,
    // A statement may use it several times, so the connections share a third of the rest.
    work_mem: `${clamp((memoryMb - sharedBuffersMb) / maxConnections / 3, 4, 64)}MB`,
    maintenance_work_mem: `${clamp(memoryMb / 16, 32, 1024)}MB`,
    // An unused slot keeps WAL until the disk is full; a standby that needs more is recreated.
    max_slot_wal_keep_size: `${walMb / 2}MB`,
    max_wal_size: `${clamp(walMb / 4, 256, 16384)}MB`,
    archive_timeout: `${archiveTimeoutMinutes}min`,
    // For solid-state disks.
    random_page_cost: "1.1",
    // Any parameter of this extension makes the operator load its library.
    "pg_stat_statements.max": "5000",
  };
}
