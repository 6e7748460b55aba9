import { FlyError } from "../cli/errors.ts";
import type { Guest } from "../state/types.ts";
import type { Compute } from "./types.ts";

const sharedSizes = [1, 2, 4, 6, 8];
const performanceSizes = [1, 2, 4, 6, 8, 10, 12, 14, 16];
const memoryPerCpu = { shared: { least: 256, most: 2048 }, performance: { least: 2048, most: 8192 } } as const;

export const defaultSize = "shared-cpu-1x";

/** The named sizes, such as `shared-cpu-2x`. */
export function guestOfSize(size: string): Guest {
  const shared = /^shared-cpu-(\d+)x$/.exec(size);
  if (shared !== null && sharedSizes.includes(Number(shared[1]))) return preset("shared", Number(shared[1]));
  const performance = /^performance-(\d+)x$/.exec(size);
  if (performance !== null && performanceSizes.includes(Number(performance[1]))) {
    return preset("performance", Number(performance[1]));
  }
  if (size.startsWith("shared"))
    throw badSize(
      size,
      sharedSizes.map((cpus) => `shared-cpu-${cpus}x`),
    );
  if (size.startsWith("performance"))
    throw badSize(
      size,
      performanceSizes.map((cpus) => `performance-${cpus}x`),
    );
  throw new FlyError(`invalid machine preset requested, '${size}', expected to start with 'shared' or 'performance'`);
}

const preset = (kind: "shared" | "performance", cpus: number): Guest => ({
  cpu_kind: kind,
  cpus,
  memory_mb: cpus * memoryPerCpu[kind].least,
});

const badSize = (size: string, valid: readonly string[]): FlyError =>
  new FlyError(`'${size}' is an invalid machine size, choose one of: [${[...valid].sort().join(" ")}]`);

export const sizeOf = (guest: Guest): string =>
  guest.cpu_kind === "performance" ? `performance-${guest.cpus}x` : `shared-cpu-${guest.cpus}x`;

/** The guest of a `[[vm]]` section. */
export function guestOf(compute: Compute): Guest {
  const guest = guestOfSize(compute.size ?? defaultSize);
  if (compute.memory !== undefined && compute.memory !== "") guest.memory_mb = parseMemory(compute.memory);
  if (compute.memory_mb !== undefined) guest.memory_mb = compute.memory_mb;
  if (compute.cpus !== undefined) guest.cpus = compute.cpus;
  if (compute.cpu_kind !== undefined) guest.cpu_kind = compute.cpu_kind;
  return guest;
}

/** `2gb`, `512MB`, or a bare number of megabytes. */
export function parseMemory(text: string): number {
  const parts = /^(\d+(?:\.\d+)?) ?([kmgt]?)i?b?$/i.exec(text.trim());
  if (parts === null) throw new FlyError(`invalid size: '${text}'`);
  const amount = Number(parts[1]);
  const unit = (parts[2] ?? "").toLowerCase();
  const bare = /^\d+$/.test(text.trim());
  const scale = bare ? 1 : ({ "": 1 / 1048576, k: 1 / 1024, m: 1, g: 1024, t: 1048576 }[unit] ?? 1);
  const megabytes = Math.trunc(amount * scale);
  if (megabytes === 0) throw new FlyError("memory cannot be zero");
  return megabytes;
}

/** Sizes that the Machines API refuses although `config validate` accepts them. */
export function checkGuest(guest: Guest): void {
  const limits = guest.cpu_kind === "performance" ? memoryPerCpu.performance : memoryPerCpu.shared;
  if (guest.cpu_kind !== "shared" && guest.cpu_kind !== "performance") {
    throw apiRefusal(`invalid config.guest.cpu_kind "${guest.cpu_kind}"`);
  }
  const counts = guest.cpu_kind === "performance" ? performanceSizes : sharedSizes;
  if (!counts.includes(guest.cpus)) throw apiRefusal(`invalid config.guest.cpus, ${guest.cpus} is not offered`);
  if (guest.memory_mb % 256 !== 0) {
    throw apiRefusal("invalid config.guest.memory_mb, must be in a 256 MiB increment");
  }
  if (guest.memory_mb < limits.least * guest.cpus) {
    throw apiRefusal(`invalid config.guest.memory_mb, minimum required ${limits.least * guest.cpus} MiB`);
  }
  if (guest.memory_mb > limits.most * guest.cpus) {
    throw apiRefusal(`invalid config.guest.memory_mb, cannot exceed ${limits.most * guest.cpus} MiB`);
  }
}

const apiRefusal = (reason: string): FlyError => new FlyError(`failed to launch VM: invalid_argument: ${reason}`);
