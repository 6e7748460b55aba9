import type { FlyConfig, KubernetesConfig } from "../../config/schema.ts";
import { deployed } from "../../config/schema/kubernetes/external.ts";
import { prices } from "./prices.ts";

export interface CostLine {
  what: string;
  amount: string;
  /** In USD a month; undefined if it depends on usage or is unknown. */
  usd: number | undefined;
  remark?: string;
}

const machine = (memoryMb: number, count = 1): number | undefined => {
  const each = prices.flyMachine[memoryMb];
  return each === undefined ? undefined : each * count;
};

/** The monthly cost of an idle stack on Fly. */
export function flyCost({ web, worker, storage, fly }: FlyConfig): CostLine[] {
  const tiers = Object.entries({ web, worker }).map(([tier, { count, memoryMb }]) => ({
    what: tier,
    amount: `${count} x ${memoryMb} MiB`,
    usd: machine(memoryMb, count),
  }));
  return [
    ...tiers,
    redis(fly.redis),
    { what: "the preparation", amount: `${fly.releaseMemoryMb} MiB, minutes per release`, usd: 0, remark: "cents" },
    ...(fly.ipv4 === "dedicated" ? [dedicated] : []),
    ...(fly.backup === undefined ? [] : [{ ...dumps, amount: `${fly.backup.keep} dumps` }]),
    ...(fly.logs === undefined ? [] : [shipper]),
    storage.kind === "tigris"
      ? { what: "attachments, Tigris", amount: "per GB", usd: undefined, remark: `${prices.tigrisGb} a GB` }
      : { what: "attachments", amount: "set by the bucket's provider", usd: undefined },
    { what: "PostgreSQL", amount: "set by its provider", usd: undefined },
  ];
}

const dedicated: CostLine = { what: "`fly.ipv4: dedicated`", amount: "1 address", usd: prices.flyDedicatedIpv4 };
const shipper: CostLine = { what: "`fly.logs`", amount: "1 x 256 MiB", usd: machine(256) };
const dumps: CostLine = {
  what: "`fly.backup`",
  amount: "8 dumps",
  usd: undefined,
  remark: `the bucket, and ${prices.flyDiskGb} a GB of the stopped machine`,
};

/** Optional parts and alternatives, with their defaults. */
export const flyChoices: readonly CostLine[] = [
  { ...redis({ kind: "own", memoryMb: 512, sizeGb: 1 }), what: "`redis: { kind: own }`" },
  { ...redis({ kind: "upstash", name: "", plan: "Fixed 250MB" }), what: '`redis.plan: "Fixed 250MB"`' },
  dedicated,
  shipper,
  dumps,
  { what: "a second worker", amount: "1 x 1024 MiB", usd: machine(1024) },
];

function redis(config: FlyConfig["fly"]["redis"]): CostLine {
  if (config.kind === "own") {
    const each = machine(config.memoryMb);
    const usd = each === undefined ? undefined : each + config.sizeGb * prices.flyDiskGb;
    return { what: "Redis, own", amount: `1 x ${config.memoryMb} MiB, ${config.sizeGb} GB`, usd };
  }
  if (config.plan !== undefined)
    return { what: "Redis, Upstash", amount: config.plan, usd: prices.upstashPlan[config.plan] };
  const remark = `${prices.upstashPer100kCommands} for 100,000 commands; Sidekiq polls all the time`;
  return { what: "Redis, Upstash", amount: "by the command", usd: undefined, remark };
}

/** The resources that a stack requests from a cluster. */
export function kubernetesCost({ web, worker, storage, kubernetes }: KubernetesConfig): CostLine[] {
  const postgres = deployed(kubernetes.postgres);
  const cache = deployed(kubernetes.redis);
  const line = (what: string, count: number, memoryMb: number, gib: number): CostLine => ({
    what,
    amount: `${count} x ${memoryMb} MiB${gib === 0 ? "" : `, ${count} x ${gib} GiB on disk`}`,
    usd: undefined,
  });
  return [
    line("web", web.count, web.memoryMb, 0),
    line("worker", worker.count, worker.memoryMb, 0),
    postgres
      ? line("PostgreSQL, data and WAL", postgres.instances, postgres.memoryMb, postgres.sizeGi + postgres.walSizeGi)
      : { what: "PostgreSQL, with its backups", amount: "set by its provider", usd: undefined },
    cache
      ? line("Redis", 1, cache.memoryMb, cache.sizeGi)
      : { what: "Redis", amount: "set by its provider", usd: undefined },
    ...(storage.kind === "claim"
      ? [{ what: "attachments", amount: `${storage.sizeGi} GiB on disk`, usd: undefined }]
      : [{ what: "attachments", amount: "set by the bucket's provider", usd: undefined }]),
    ...(postgres?.backup === undefined
      ? []
      : [{ what: "backups", amount: `${postgres.backup.retention} in a bucket`, usd: undefined }]),
    ...(postgres?.backup === undefined || postgres.backup.drill === false
      ? []
      : [{ ...line("the restore drill, while it runs", 1, postgres.memoryMb, postgres.sizeGi + postgres.walSizeGi) }]),
  ];
}
