import { levels, type Alert } from "../alert.ts";
import { quoted, type Watched } from "./common.ts";

/** Metrics of redis_exporter (https://github.com/oliver006/redis_exporter). */
export function redisAlerts({ namespace }: Watched): Alert[] {
  const ns = `namespace=${quoted(namespace)}`;
  const refusals = `redis_errors_total{${ns},err=~"OOM|MISCONF"}`;
  return [
    {
      name: "ChatwootRedisDown",
      summary: "Redis does not answer",
      description:
        "The exporter cannot reach Redis. Chatwoot answers no request, live chats are cut, and no job runs; jobs that wait are in its log on disk.",
      levels: [{ severity: "critical", expr: `max(redis_up{${ns}}) == 0`, for: "2m" }],
    },
    {
      name: "ChatwootRedisMemory",
      summary: "Redis has used {{ $value | humanizePercentage }} of its memory",
      description:
        "Redis has used {{ $value | humanizePercentage }} of maxmemory. It removes nothing by itself: at 100 % it refuses writes, and new jobs and messages are lost.",
      levels: levels(
        `max(redis_memory_used_bytes{${ns}}) / max(redis_memory_max_bytes{${ns}} > 0)`,
        ">",
        ["warning", 0.75, "10m"],
        ["critical", 0.9, "5m"],
      ),
    },
    {
      name: "ChatwootRedisRefusesWrites",
      summary: "Redis has refused {{ $value }} writes in ten minutes",
      description:
        "Redis has refused {{ $value }} commands in ten minutes, because its memory is full (OOM) or it cannot write to its disk (MISCONF). Each is a job or a message that is lost.",
      levels: [
        {
          severity: "critical",
          // Not increase(): the counter begins to exist with the first refusal, which increase() would not count.
          expr: `sum(${refusals}) - (sum(${refusals} offset 10m) or sum(redis_up{${ns}} offset 10m) * 0) > 0`,
        },
      ],
    },
    {
      name: "ChatwootRedisLogFailing",
      summary: "Redis cannot write its log to disk",
      description:
        "The log of Redis (AOF) is off, or its last write or rewrite failed. Jobs that wait would be lost with a restart.",
      levels: [
        {
          severity: "critical",
          expr: ["aof_last_write_status", "aof_last_bgrewrite_status", "aof_enabled"]
            .map((metric) => `min(redis_${metric}{${ns}}) == 0`)
            .join(" or "),
          for: "2m",
        },
      ],
    },
  ];
}
