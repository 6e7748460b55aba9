import { firing, own, quiet, type AlertCase } from "./case.ts";

const up = own("redis_up");
const used = own("redis_memory_used_bytes");
const most = own("redis_memory_max_bytes");
const errors = (err: string) => own("redis_errors_total", `,err="${err}"`);
const log = (metric: string) => own(`redis_aof_${metric}`);
const healthyLog = {
  [log("enabled")]: "1x20",
  [log("last_write_status")]: "1x20",
  [log("last_bgrewrite_status")]: "1x20",
};

export const redisCases: AlertCase[] = [
  {
    alert: "ChatwootRedisDown",
    situations: [
      firing("it does not answer", "5m", { [up]: "1 0x9" }, { severity: "critical" }),
      quiet("it restarts", "2m", { [up]: "1 0x9" }),
      quiet("it answers", "5m", { [up]: "1x9" }),
    ],
  },
  {
    alert: "ChatwootRedisMemory",
    situations: [
      firing("80 %", "15m", { [used]: "320x20", [most]: "400x20" }, { severity: "warning", shown: "80%" }),
      firing(
        "95 %",
        "15m",
        { [used]: "380x20", [most]: "400x20" },
        { severity: "warning", shown: "95%" },
        { severity: "critical", shown: "95%" },
      ),
      quiet("half", "15m", { [used]: "200x20", [most]: "400x20" }),
      quiet("no limit", "15m", { [used]: "200x20", [most]: "0x20" }),
    ],
  },
  {
    alert: "ChatwootRedisRefusesWrites",
    situations: [
      firing(
        "the first refused writes",
        "15m",
        { [up]: "1x30", [errors("OOM")]: "_x12 7x20" },
        {
          severity: "critical",
          shown: "7",
        },
      ),
      firing(
        "more than before",
        "15m",
        { [up]: "1x30", [errors("MISCONF")]: "5x12 9x20" },
        {
          severity: "critical",
          shown: "4",
        },
      ),
      quiet("long ago", "40m", { [up]: "1x60", [errors("OOM")]: "_x12 7x60" }),
      quiet("errors of another kind", "15m", { [up]: "1x30", [errors("WRONGPASS")]: "_x12 7x20" }),
      quiet("Redis has restarted", "15m", { [up]: "1x30", [errors("OOM")]: "9x12 0x20" }),
    ],
  },
  {
    alert: "ChatwootRedisLogFailing",
    situations: [
      firing("a write failed", "5m", { ...healthyLog, [log("last_write_status")]: "0x20" }, { severity: "critical" }),
      firing(
        "a rewrite failed",
        "5m",
        { ...healthyLog, [log("last_bgrewrite_status")]: "0x20" },
        { severity: "critical" },
      ),
      firing("persistence is disabled", "5m", { ...healthyLog, [log("enabled")]: "0x20" }, { severity: "critical" }),
      quiet("healthy", "5m", healthyLog),
    ],
  },
];
