import { expect, test } from "vitest";
import { memoryState, plain, type RunResult } from "pulumi-embedded-engine";
import { versions } from "../../config/versions.ts";
import { checkPolicies } from "../../policy/check.ts";
import { resourcesOf } from "../../preview/policy/resources.ts";
import { doubles } from "../helpers/doubles.ts";
import { program, stackEngine, type StackOptions } from "../helpers/in-process.ts";
import type { StackName } from "../helpers/stack-files.ts";

/* Image settings reach the cluster and Fly as written, with tag and digest. */

const digest = `sha256:${"0123456789abcdef".repeat(4)}`;
const image = (name: string): string => `registry.example.com:5000/mirror/${name}:17.2.3@${digest}`;
const logs = { lokiUrl: "https://logs-prod-006.grafana.net", lokiUsername: "123456" };

const cases: [StackName, (values: Parameters<NonNullable<StackOptions["change"]>>[0]) => void, string[]][] = [
  [
    "prod",
    ({ settings }) => {
      settings["kubernetes"].monitoring = {};
      settings["kubernetes"].postgres.image = image("postgres");
      settings["kubernetes"].images = {
        redis: image("redis"),
        redisExporter: image("exporter"),
        proxy: image("proxy"),
        node: image("node"),
      };
    },
    ["chatwoot", "exporter", "node", "postgres", "proxy", "redis"],
  ],
  [
    "staging",
    ({ settings, secrets }) => {
      settings["fly"].redis = { kind: "own" };
      settings["fly"].logs = logs;
      settings["fly"].images = { redis: image("redis"), logShipper: image("vector"), node: image("node") };
      Object.assign(secrets, { lokiPassword: "planted-loki", flyLogsToken: "FlyV1 planted-token" });
    },
    ["chatwoot", "node", "redis", "vector"],
  ],
];

test.each(cases)("%s passes on every image unchanged, and policies accept it", async (stack, change, names) => {
  const run: RunResult = await stackEngine(stack, {
    providers: doubles,
    state: memoryState(),
    change: (values) => {
      change(values);
      values.settings["image"] = image("chatwoot");
      values.settings["support"] = {
        webhookUrl: "https://app.example.com/hook",
        schedules: { runner: "stack", check: "0 * * * *" },
      };
      values.secrets["factsDatabaseUrl"] = "postgresql://facts:planted-facts@db.example.com:6432/facts";
    },
  }).up(program);
  expect(run.diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  const text = JSON.stringify(run.steps.filter(({ custom }) => custom).map(({ inputs }) => plain(inputs)));
  // An image without a setting would still be the default.
  for (const pin of Object.values(versions).filter((pin) => pin.includes("/"))) expect(text).not.toContain(pin);
  const found = text.match(/registry\.example\.com:5000\/mirror\/[^\s"'\\]*/g)!;
  expect([...new Set(found)].sort()).toEqual(names.map(image));
  const { findings } = checkPolicies(resourcesOf(run.steps), { secrets: new Set() });
  expect(findings.filter(({ rule }) => rule === "exact-image-tags")).toEqual([]);
});
