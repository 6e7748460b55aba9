import { readFileSync } from "node:fs";
import { z } from "zod";
import { redisRubyCommand } from "../lib/exec/ruby.ts";
import { formatBytes } from "../lib/bytes.ts";
import { bad, counted, good, unreported, type Finding } from "./finding.ts";

export const redisCommand = redisRubyCommand(readFileSync(new URL("redis.rb", import.meta.url)));

const count = z.number().nullable();
const word = z.string().nullable();

/** Values that the server does not report are null. */
export const redisSchema = z.object({
  pingMs: z.number(),
  version: word,
  usedBytes: count,
  /** 0: no limit. */
  maxBytes: count,
  policy: word,
  evictedKeys: count,
  /** Web processes that get events for their websockets. */
  listeners: count,
  /** Users and visitors with an open websocket. */
  online: z.number(),
  clients: count,
  maxClients: count,
  appendOnly: z.boolean().nullable(),
  /** `ok` or `err`. */
  lastAppend: word,
  lastRewrite: word,
  lastSnapshot: word,
});
export type RedisFacts = z.output<typeof redisSchema>;

const fullShare = 0.9;
const slowMs = 100;

export interface Web {
  /** Running machines or pods. */
  processes: number;
  /** The command that restarts them. */
  restart: string;
}

export function judgeRedis(facts: RedisFacts, stack: string, web: Web): Finding[] {
  return [
    ping(facts, stack),
    memory(facts),
    policy(facts),
    evictions(facts),
    clients(facts, stack),
    listeners(facts, web),
    disk(facts),
  ];
}

/** A process listens from its first websocket on, so that fewer listeners than websockets and processes are too few. */
function listeners({ listeners: found, online }: RedisFacts, { processes, restart }: Web): Finding {
  if (found === null) return unreported("listeners");
  const detail = `${found} of ${counted(processes, "web process", "web processes")}, ${online} online`;
  if (found >= Math.min(processes, online)) return good("listeners", detail);
  return bad("listeners", `${detail}: the others deliver no events`, `Restart web: ${restart}`);
}

function ping({ pingMs, version }: RedisFacts, stack: string): Finding {
  const detail = `answers in ${pingMs} ms${version === null ? "" : `, Redis ${version}`}`;
  if (pingMs <= slowMs) return good("ping", detail);
  return bad(
    "ping",
    `${detail}: more than ${slowMs} ms`,
    `Check the queues: \`npm run ops -- queue --stack ${stack}\``,
  );
}

function memory({ usedBytes, maxBytes }: RedisFacts): Finding {
  if (usedBytes === null) return unreported("memory");
  if (!maxBytes) return good("memory", `${formatBytes(usedBytes)}, no limit set`);
  const detail = `${formatBytes(usedBytes)} of ${formatBytes(maxBytes)} (${Math.round((100 * usedBytes) / maxBytes)} %)`;
  if (usedBytes < fullShare * maxBytes) return good("memory", detail);
  return bad(
    "memory",
    `${detail}: writes are rejected when it is full`,
    "Increase the memory of Redis and run `pulumi up`",
  );
}

function policy({ policy: found }: RedisFacts): Finding {
  if (found === null) return unreported("policy");
  if (found === "noeviction") return good("policy", found);
  return bad("policy", `${found}: Redis can evict Sidekiq's jobs`, "Set maxmemory-policy to noeviction");
}

function evictions({ evictedKeys }: RedisFacts): Finding {
  if (evictedKeys === null) return unreported("evicted");
  if (evictedKeys === 0) return good("evicted", "none");
  const next = "Jobs may be lost: set maxmemory-policy to noeviction and increase the memory of Redis";
  return bad("evicted", `${evictedKeys} keys since it started`, next);
}

function clients({ clients: now, maxClients }: RedisFacts, stack: string): Finding {
  if (now === null) return unreported("clients");
  const detail = `${now}${maxClients ? ` of ${maxClients}` : ""}`;
  if (!maxClients || now < fullShare * maxClients) return good("clients", detail);
  const next = `Find the clients: \`npm run ops -- logs --stack ${stack}\``;
  return bad("clients", `${detail}: close to the limit`, next);
}

/** A server with another kind of persistence does not report an append-only file. */
function disk({ appendOnly, lastAppend, lastRewrite, lastSnapshot }: RedisFacts): Finding {
  if (appendOnly === null) return unreported("append-only");
  const next = "Check its disk and its logs";
  if (!appendOnly) {
    const lost = "off: jobs since the last snapshot are lost when Redis restarts";
    return bad("append-only", lost, "Set appendonly to yes");
  }
  const failures = Object.entries({ write: lastAppend, rewrite: lastRewrite, snapshot: lastSnapshot })
    .filter(([, state]) => state !== null && state !== "ok")
    .map(([name]) => name);
  if (failures.length > 0) return bad("append-only", `on, but its last ${failures.join(" and ")} failed`, next);
  return good("append-only", "on, the last write succeeded");
}
