import { urgentQueues } from "../../../../config/queues.ts";
import { levels, type Alert } from "../alert.ts";
import { oneOf, quoted, type Watched } from "./common.ts";

/** Metrics of queues.lua. */
export function queueAlerts({ namespace }: Watched): Alert[] {
  const ns = `namespace=${quoted(namespace)}`;
  const latency = (queues: string): string =>
    `max by (queue) (chatwoot_queue_latency_seconds{${ns},queue${queues}${oneOf(urgentQueues)}})`;
  const hourly = (metric: string): string => `max(${metric}{${ns}}) - max(${metric}{${ns}} offset 1h)`;
  return [
    {
      name: "ChatwootWorkerMissing",
      summary: "No worker has reported to Redis",
      description:
        "No Sidekiq process has reported for a minute. Jobs are queued but not run: no mails, no webhooks, no automations.",
      levels: [{ severity: "critical", expr: `max(chatwoot_worker_processes{${ns}}) == 0`, for: "5m" }],
    },
    {
      name: "ChatwootQueueLatency",
      summary: "Jobs of the queue {{ $labels.queue }} wait for {{ $value | humanizeDuration }}",
      description:
        "The oldest job of the queue {{ $labels.queue }} has waited for {{ $value | humanizeDuration }}. Messages, mails and webhooks are delayed by that time.",
      levels: levels(latency("=~"), ">", ["warning", 300, "5m"], ["critical", 1800, "5m"]),
    },
    {
      name: "ChatwootBackgroundQueueLatency",
      summary: "Jobs of the queue {{ $labels.queue }} wait for {{ $value | humanizeDuration }}",
      description:
        "The oldest job of the low-priority queue {{ $labels.queue }} has waited for {{ $value | humanizeDuration }}. Sidekiq runs queues in strict order, so the queues before it use all workers.",
      levels: levels(latency("!~"), ">", ["warning", 7200, "15m"]),
    },
    {
      name: "ChatwootQueueDepth",
      summary: "{{ $value }} jobs wait",
      description:
        "{{ $value }} jobs wait in all queues together, for a quarter of an hour. They use memory of Redis, which rejects writes when it is full.",
      levels: levels(`sum(max by (queue) (chatwoot_queue_jobs{${ns}}))`, ">", ["warning", 5000, "15m"]),
    },
    {
      name: "ChatwootJobsDying",
      summary: "{{ $value | humanize }} jobs failed for the last time within an hour",
      description:
        "{{ $value | humanize }} jobs failed for the last time within an hour. Their work is not done, and Sidekiq does not retry them.",
      levels: levels(`(${hourly("chatwoot_jobs_dead")}) - (${hourly("chatwoot_jobs_dead_public")})`, ">", [
        "warning",
        20,
        "5m",
      ]),
    },
    {
      name: "ChatwootChannelJobsDying",
      summary: "{{ $value | humanize }} jobs of channels failed for the last time within an hour",
      description:
        "{{ $value | humanize }} jobs of incoming channel messages failed for the last time within an hour. A channel is broken, or a visitor sends empty requests to its public endpoint.",
      levels: levels(hourly("chatwoot_jobs_dead_public"), ">", ["warning", 20, "5m"]),
    },
  ];
}
