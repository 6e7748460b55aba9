import { levels, type Alert } from "../alert.ts";
import { quoted, type Watched } from "./common.ts";

/** Metrics of redis_exporter (https://github.com/oliver006/redis_exporter). */
export function redisAlerts({ namespace, redisIsDeployed }: Watched): Alert[] {
  const ns = `namespace=${quoted(namespace)}`;
  const refusals = `redis_errors_total{${ns},err=~"OOM|MISCONF"}`;
  return [
    {
      name: "ChatwootRedisDown",
      summary: "Redis does not answer",
      description:
        "The exporter cannot reach Redis. Chatwoot fails every request, live chats disconnect, and no job runs; queued jobs are in its log on disk.",
      levels: [{ severity: "critical", expr: `max(redis_up{${ns}}) == 0`, for: "2m" }],
    },
    {
      name: "ChatwootRedisMemory",
      summary: "Redis has used {{ $value | humanizePercentage }} of its memory",
      description:
        "Redis has used {{ $value | humanizePercentage }} of maxmemory. It evicts nothing: at 100 % it rejects writes, and new jobs and messages are lost.",
      levels: levels(
        `max(redis_memory_used_bytes{${ns}}) / max(redis_memory_max_bytes{${ns}} > 0)`,
        ">",
        ["warning", 0.75, "10m"],
        ["critical", 0.9, "5m"],
      ),
    },
    {
      name: "ChatwootRedisRefusesWrites",
      summary: "Redis has rejected {{ $value }} writes in ten minutes",
      description:
        "Redis has rejected {{ $value }} commands in ten minutes, because its memory is full (OOM) or it cannot write to its disk (MISCONF). Each is a lost job or message.",
      levels: [
        {
          severity: "critical",
          // Not increase(): the counter starts to exist with the first rejection, which increase() would not count.
          expr: `sum(${refusals}) - (sum(${refusals} offset 10m) or sum(redis_up{${ns}} offset 10m) * 0) > 0`,
        },
      ],
    },
    ...(redisIsDeployed ? [logFailing(ns)] : []),
  ];
}

/** Persistence of an external Redis is its provider's. */
function logFailing(ns: string): Alert {
  return {
    name: "ChatwootRedisLogFailing",
    summary: "Redis cannot write its log to disk",
    description:
      "The log of Redis (AOF) is off, or its last write or rewrite failed. A restart would lose the queued jobs.",
    levels: [
      {
        severity: "critical",
        expr: ["aof_last_write_status", "aof_last_bgrewrite_status", "aof_enabled"]
          .map((metric) => `min(redis_${metric}{${ns}}) == 0`)
          .join(" or "),
        for: "2m",
      },
    ],
  };
}
