/** Maximum memory per processor of a shared machine, in MiB. */
const memoryPerCpuMb = 2048;
/** Processors of Fly's shared machine sizes. */
const sharedCpus = [1, 2, 4, 8];

/** Maximum memory of a shared machine, in MiB. */
export const maxSharedMemoryMb = memoryPerCpuMb * sharedCpus.at(-1)!;

function cpusFor(memoryMb: number): number {
  return sharedCpus.find((cpus) => memoryMb <= cpus * memoryPerCpuMb) ?? sharedCpus.at(-1)!;
}

/** The smallest shared machine size of Fly that can have this memory and has at least `minCpus` processors. */
export function sharedSize(memoryMb: number, minCpus = 1): string {
  return `shared-cpu-${Math.max(minCpus, cpusFor(memoryMb))}x`;
}

/** Maximum memory, in MiB, that a machine with this memory can grow to without a larger size. */
export function growsTo(memoryMb: number): number {
  return cpusFor(memoryMb) * memoryPerCpuMb;
}
