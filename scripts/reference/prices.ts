/**
 * Providers' prices in USD a month without tax, from their pages in autumn 2026. Never compared with a bill.
 * https://fly.io/docs/about/pricing/, https://fly.io/docs/upstash/redis/, https://www.tigrisdata.com/docs/pricing/
 */
export const prices = {
  /** A shared-cpu-1x machine that always runs, by memory in MiB. */
  flyMachine: { 256: 2, 512: 3.3, 1024: 6, 2048: 11 } as Readonly<Record<number, number>>,
  /** One GB of a volume, or of a stopped machine's file system. */
  flyDiskGb: 0.15,
  flyDedicatedIpv4: 2,
  /** By plan name. */
  upstashPlan: { "Fixed 250MB": 10 } as Readonly<Record<string, number>>,
  upstashPer100kCommands: 0.2,
  tigrisGb: 0.02,
} as const;
