import { describe, expect, test } from "vitest";
import { longestGapSeconds, watchedParts } from "./watched.ts";
import { kubernetesConfig } from "../../../config/schema/kubernetes.ts";
import { stackValues, type Any } from "../../../tests/helpers/stack-files.ts";

test.each<[schedule: string, hours: number]>([
  ["0 0 3 * * *", 24],
  ["0 3 * * *", 24],
  ["0 5 * * 0", 168],
  ["0 5 * * 1-5", 72],
  ["0 5 1 * *", 744],
  ["0 0 */6 * * *", 6],
  // No less than an hour, because a backup takes time whatever its schedule.
  ["*/5 * * * *", 1],
  // The 29th of February.
  ["0 0 0 29 2 *", 35_064],
])("the longest time between two runs of %s is %i hours", (schedule, hours) => {
  expect(longestGapSeconds(schedule)).toBe(hours * 3600);
});

function prod(change: (settings: Any) => void = () => {}) {
  const settings = structuredClone(stackValues("prod").settings) as Any;
  change(settings);
  return watchedParts(kubernetesConfig.parse(settings));
}

describe("the monitored parts", () => {
  test("match the configuration", () => {
    expect(prod()).toEqual({
      namespace: "chatwoot",
      database: { name: "chatwoot-db", instances: 2, sizeGi: 20 },
      redisIsDeployed: true,
      backup: { longestGapSeconds: 86_400 },
      drill: { longestGapSeconds: 604_800, timeoutSeconds: 7200 },
      pipeline: undefined,
      claims: ["chatwoot-redis", "chatwoot-storage"],
      proxy: true,
      certificate: "chatwoot-tls",
      workers: ["chatwoot-worker"],
      queues: { "chatwoot-worker": expect.arrayContaining(["critical", "low"]) },
    });
  });

  test.each<[what: string, change: (settings: Any) => void, parts: object]>([
    [
      "its own schedules",
      (settings) =>
        (settings.support = {
          webhookUrl: "https://app.example.com/hook",
          schedules: { runner: "stack", check: "0 */2 * * *" },
        }),
      { pipeline: { checkGapSeconds: 7200, reportGapSeconds: 604_800 } },
    ],
    ["no backup", ({ kubernetes }) => delete kubernetes.postgres.backup, { backup: undefined, drill: undefined }],
    ["no drill", ({ kubernetes }) => (kubernetes.postgres.backup.drill = false), { drill: undefined }],
    ["no single sign-on", ({ kubernetes }) => delete kubernetes.sso, { proxy: false }],
    ["no entry point", ({ kubernetes }) => (kubernetes.ingress = { mode: "none" }), { certificate: undefined }],
    [
      "an external certificate",
      ({ kubernetes }) => delete kubernetes.ingress.clusterIssuer,
      { certificate: undefined },
    ],
    [
      "a bucket",
      (settings) =>
        (settings.storage = { kind: "s3", bucket: "attachments", endpoint: "https://s3.example.com", region: "eu" }),
      { claims: ["chatwoot-redis"] },
    ],
    [
      "another cluster",
      ({ kubernetes }) => (kubernetes.postgres.name = "chatwoot-db-2"),
      { database: { name: "chatwoot-db-2", instances: 2, sizeGi: 20 } },
    ],
  ])("%s", (_, change, parts) => {
    expect(prod(change)).toMatchObject(parts);
  });
});
