import { firing, own, quiet, type AlertCase } from "./case.ts";

const latency = (queue: string) => own("chatwoot_queue_latency_seconds", `,queue="${queue}"`);
const jobs = (queue: string) => own("chatwoot_queue_jobs", `,queue="${queue}"`);
const dead = own("chatwoot_jobs_dead");
const deadPublic = own("chatwoot_jobs_dead_public");
const processes = own("chatwoot_worker_processes");

export const queueCases: AlertCase[] = [
  {
    alert: "ChatwootWorkerMissing",
    situations: [
      firing("none for a long time", "10m", { [processes]: "2 0x15" }, { severity: "critical" }),
      quiet("during a rollout", "4m", { [processes]: "2 0x15" }),
      quiet("one", "10m", { [processes]: "1x15" }),
    ],
  },
  {
    alert: "ChatwootQueueLatency",
    situations: [
      firing(
        "ten minutes",
        "20m",
        { [latency("mailers")]: "600x30", [latency("low")]: "600x30" },
        { severity: "warning", labels: { queue: "mailers" }, shown: "10m 0s" },
      ),
      firing(
        "an hour",
        "20m",
        { [latency("default")]: "3600x30" },
        { severity: "warning", labels: { queue: "default" }, shown: "1h 0m 0s" },
        { severity: "critical", labels: { queue: "default" }, shown: "1h 0m 0s" },
      ),
      quiet("a short peak", "4m", { [latency("default")]: "600x30" }),
      quiet("two minutes", "20m", { [latency("default")]: "120x30" }),
    ],
  },
  {
    alert: "ChatwootBackgroundQueueLatency",
    situations: [
      firing(
        "three hours",
        "30m",
        { [latency("housekeeping")]: "10800x40" },
        { severity: "warning", labels: { queue: "housekeeping" }, shown: "3h 0m 0s" },
      ),
      quiet("an hour", "30m", { [latency("low")]: "3600x40" }),
      quiet("three hours of an urgent queue, which has a separate alert", "30m", {
        [latency("default")]: "10800x40",
      }),
    ],
  },
  {
    alert: "ChatwootQueueDepth",
    situations: [
      firing(
        "6000 in two queues",
        "20m",
        { [jobs("default")]: "4000x30", [jobs("low")]: "2000x30" },
        { severity: "warning", shown: "6000" },
      ),
      quiet("1000", "20m", { [jobs("default")]: "1000x30" }),
    ],
  },
  {
    alert: "ChatwootJobsDying",
    situations: [
      firing(
        "40 in half an hour, and 20 of public endpoints",
        "80m",
        { [dead]: "100x60 160x60", [deadPublic]: "0x60 20x60" },
        { severity: "warning", shown: "40" },
      ),
      quiet("no increase", "80m", { [dead]: "900x120", [deadPublic]: "900x120" }),
      quiet("jobs were deleted", "80m", { [dead]: "900x60 0x60", [deadPublic]: "0x120" }),
      quiet("40 empty requests of a visitor", "80m", { [dead]: "0x60 40x60", [deadPublic]: "0x60 40x60" }),
    ],
  },
  {
    alert: "ChatwootChannelJobsDying",
    situations: [
      firing("40 in half an hour", "80m", { [deadPublic]: "0x60 40x60" }, { severity: "warning", shown: "40" }),
      quiet("no increase", "80m", { [deadPublic]: "900x120" }),
    ],
  },
];
