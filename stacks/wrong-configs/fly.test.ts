import { testWrong } from "../../tests/helpers/wrong-configs.ts";

testWrong([
  [
    "more memory than a shared machine has",
    "staging",
    ({ settings }) => {
      settings["web"] = { ...settings["web"], memoryMb: 32768 };
      settings["fly"].releaseMemoryMb = 256;
    },
  ],
  [
    "workers that would outgrow their size",
    "staging",
    ({ settings }) => (settings["fly"].scaling = { maxWorkerMemoryMb: 4096 }),
  ],
  ["bad app name", "staging", ({ settings }) => (settings["fly"].app = "Hotdash_Chatwoot")],
  ["too few connections for a page", "staging", ({ settings }) => (settings["fly"].concurrency = 20)],
  ["bad region", "staging", ({ settings }) => (settings["fly"].region = "chicago")],
  ["retired Redis plan", "staging", ({ settings }) => (settings["fly"].redis.plan = "standard")],
  ["unknown kind of Redis", "staging", ({ settings }) => (settings["fly"].redis.kind = "valkey")],
  [
    "unknown schedule of backups",
    "staging",
    ({ settings }) =>
      (settings["fly"].backup = { bucket: "b", endpoint: "https://s3.example.com", schedule: "hourly" }),
  ],
  [
    "own Redis in chatwoot's app",
    "staging",
    ({ settings }) => (settings["fly"].redis = { kind: "own", app: settings["fly"].app }),
  ],
  [
    "own Redis in the log shipper's app",
    "staging",
    ({ settings, secrets }) => {
      settings["fly"].redis = { kind: "own", app: `${settings["fly"].app}-logs` };
      settings["fly"].logs = { lokiUrl: "https://loki.example.com", lokiUsername: "1" };
      Object.assign(secrets, { lokiPassword: "x", flyLogsToken: "y" });
    },
  ],
  [
    "an app's name that is too long with the ending of the log shipper's",
    "staging",
    ({ settings, secrets }) => {
      settings["fly"].app = "a".repeat(60);
      settings["url"] = "https://chat.example.com";
      settings["fly"].logs = { lokiUrl: "https://loki.example.com", lokiUsername: "1" };
      Object.assign(secrets, { lokiPassword: "x", flyLogsToken: "y" });
    },
  ],
  [
    "own Redis larger than a shared machine, with a volume of nothing",
    "staging",
    ({ settings }) => (settings["fly"].redis = { kind: "own", memoryMb: 32768, sizeGb: 0 }),
  ],
  ["own Redis with a plan of Upstash's", "staging", ({ settings }) => (settings["fly"].redis.kind = "own")],
  [
    "Loki by an address without TLS, and without a user",
    "staging",
    ({ settings, secrets }) => {
      settings["fly"].logs = { lokiUrl: "http://loki.example.com" };
      Object.assign(secrets, { lokiPassword: "x", flyLogsToken: "y" });
    },
  ],
  [
    "secrets of logs that are not shipped",
    "staging",
    ({ secrets }) => Object.assign(secrets, { lokiPassword: "planted-secret", flyLogsToken: "planted-secret" }),
  ],
  [
    "logs without the secrets",
    "staging",
    ({ settings }) => (settings["fly"].logs = { lokiUrl: "https://loki.example.com", lokiUsername: "1" }),
  ],
  [
    "more workers than the bounds",
    "staging",
    ({ settings }) => (settings["fly"].scaling = { maxWorkers: 1, maxWorkerMemoryMb: 512 }),
  ],
]);
