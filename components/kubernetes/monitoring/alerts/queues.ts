import { urgentQueues } from "../../../../config/queues.ts";
import { levels, type Alert } from "../alert.ts";
import { oneOf, quoted, type Watched } from "./common.ts";

/** Metrics of queues.lua. */
export function queueAlerts({ namespace }: Watched): Alert[] {
  const ns = `namespace=${quoted(namespace)}`;
  const latency = (queues: string): string =>
    `max by (queue) (chatwoot_queue_latency_seconds{${ns},queue${queues}${oneOf(urgentQueues)}})`;
  return [
    {
      name: "ChatwootWorkerMissing",
      summary: "No worker has reported to Redis",
      description:
        "No Sidekiq process has reported in a minute. Jobs are taken in and none is done: no mails, no webhooks, no automations.",
      levels: [{ severity: "critical", expr: `max(chatwoot_worker_processes{${ns}}) == 0`, for: "5m" }],
    },
    {
      name: "ChatwootQueueLatency",
      summary: "Jobs of the queue {{ $labels.queue }} wait for {{ $value | humanizeDuration }}",
      description:
        "The oldest job of the queue {{ $labels.queue }} has waited for {{ $value | humanizeDuration }}. Messages, mails and webhooks go out that late.",
      levels: levels(latency("=~"), ">", ["warning", 300, "5m"], ["critical", 1800, "5m"]),
    },
    {
      name: "ChatwootBackgroundQueueLatency",
      summary: "Jobs of the queue {{ $labels.queue }} wait for {{ $value | humanizeDuration }}",
      description:
        "The oldest job of the queue {{ $labels.queue }}, which nobody waits for, has waited for {{ $value | humanizeDuration }}. Queues are worked off in strict order, so the ones before it leave it no time.",
      levels: levels(latency("!~"), ">", ["warning", 7200, "15m"]),
    },
    {
      name: "ChatwootQueueDepth",
      summary: "{{ $value }} jobs wait",
      description:
        "{{ $value }} jobs wait in all queues together, for a quarter of an hour. Each takes memory of Redis, which refuses writes when it is full.",
      levels: levels(`sum(max by (queue) (chatwoot_queue_jobs{${ns}}))`, ">", ["warning", 5000, "15m"]),
    },
    {
      name: "ChatwootJobsDying",
      summary: "{{ $value | humanize }} jobs were given up in an hour",
      description:
        "{{ $value | humanize }} more jobs than an hour ago have failed for the last time. What they should have done is not done, and is not tried again.",
      levels: levels(`max(chatwoot_jobs_dead{${ns}}) - max(chatwoot_jobs_dead{${ns}} offset 1h)`, ">", [
        "warning",
        20,
        "5m",
      ]),
    },
  ];
}
