/** Memory of each processor of a shared machine, at most, in MiB. */
const memoryPerCpuMb = 2048;
/** Processors of Fly's shared machine sizes. */
const sharedCpus = [1, 2, 4, 8];

/** The most memory of a shared machine, in MiB. */
export const maxSharedMemoryMb = memoryPerCpuMb * sharedCpus.at(-1)!;

function cpusFor(memoryMb: number): number {
  return sharedCpus.find((cpus) => memoryMb <= cpus * memoryPerCpuMb) ?? sharedCpus.at(-1)!;
}

/** The smallest of Fly's shared machine sizes that can have this memory; with so many processors at least. */
export function sharedSize(memoryMb: number, minCpus = 1): string {
  return `shared-cpu-${Math.max(minCpus, cpusFor(memoryMb))}x`;
}

/** The most memory, in MiB, that a machine can get and keep the size that it has with this much. */
export function growsTo(memoryMb: number): number {
  return cpusFor(memoryMb) * memoryPerCpuMb;
}
