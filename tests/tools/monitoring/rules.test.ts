import { beforeAll, expect, test } from "vitest";
import { renderRules, type Alert } from "../../../components/kubernetes/monitoring/alert.ts";
import { queueMetrics } from "../../../components/kubernetes/monitoring/monitors.ts";
import type { PrometheusRuleSpec } from "../../../components/kubernetes/monitoring/resources.ts";
import { alertGroups } from "../../../components/kubernetes/monitoring/rules.ts";
import type { Watched } from "../../../components/kubernetes/monitoring/watched.ts";
import { absentCases } from "./cases/absent.ts";
import { backupCases } from "./cases/backups.ts";
import type { AlertCase, Fires, Situation } from "./cases/case.ts";
import { databaseCases } from "./cases/database.ts";
import { edgeCases } from "./cases/edge.ts";
import { pipelineCases } from "./cases/pipeline.ts";
import { queueCases } from "./cases/queues.ts";
import { redisCases } from "./cases/redis.ts";
import { workloadCases } from "./cases/workloads.ts";
import { promtool, type Promtool } from "./promtool.ts";

const watched: Watched = {
  namespace: "chatwoot",
  database: { name: "chatwoot-db", instances: 2, sizeGi: 20 },
  redisIsDeployed: true,
  backup: { longestGapSeconds: 86_400 },
  drill: { longestGapSeconds: 7 * 86_400, timeoutSeconds: 7200 },
  pipeline: { checkGapSeconds: 3600, reportGapSeconds: 7 * 86_400 },
  claims: ["chatwoot-redis", "chatwoot-storage"],
  proxy: true,
  workers: ["chatwoot-worker"],
  queues: {},
  certificate: "chatwoot-tls",
};
const groups = alertGroups(watched);
const alerts = groups.flatMap((group) => group.alerts);
const rules = renderRules(groups, { namespace: "chatwoot", labels: { team: "support" }, runbookUrl: "runbooks" });
const cases: AlertCase[] = [
  ...workloadCases,
  ...queueCases,
  ...databaseCases,
  ...backupCases,
  ...pipelineCases,
  ...redisCases,
  ...edgeCases,
  ...absentCases,
];

let tool: Promtool;
beforeAll(async () => {
  tool = await promtool();
});

/** A text with Prometheus' values. */
function filled(text: string, { labels = {}, shown = "" }: Fires): string {
  return text
    .replaceAll(/\{\{ \$labels\.(\w+) \}\}/g, (_, label: string) => labels[label] ?? "")
    .replaceAll(/\{\{ \$value[^}]* \}\}/g, shown);
}

function unitTest(alert: Alert, { what, series, at, fires }: Situation): unknown {
  return {
    name: `${alert.name}: ${what}`,
    interval: "1m",
    input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
    alert_rule_test: [
      {
        eval_time: at,
        alertname: alert.name,
        exp_alerts: fires.map((each) => ({
          exp_labels: { ...each.labels, severity: each.severity, namespace: "chatwoot", team: "support" },
          exp_annotations: {
            summary: filled(alert.summary, each),
            description: filled(alert.description, each),
            runbook_url: `runbooks#${alert.name.toLowerCase()}`,
          },
        })),
      },
    ],
  };
}

const testFile = { rule_files: ["rules.yml"], evaluation_interval: "1m" };

/** The rules of one alert. */
function only(name: string): PrometheusRuleSpec {
  const groups = rules.groups.map((group) => ({ ...group, rules: group.rules.filter(({ alert }) => alert === name) }));
  return { groups: groups.filter((group) => group.rules.length > 0) };
}

test("Prometheus accepts every rule without a remark", async () => {
  const output = await tool.run({ "rules.yml": rules }, "check", "rules", "--lint=all", "--lint-fatal", "rules.yml");
  const count = rules.groups.flatMap((group) => group.rules).length;
  expect(output).toContain(`SUCCESS: ${count} rules found`);
});

test("Prometheus accepts the renaming of the queues' metrics", async () => {
  const snakeCase = (text: string): string => text.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  const renamed = queueMetrics.map((config) =>
    Object.fromEntries(Object.entries(config).map(([key, value]) => [snakeCase(key), value])),
  );
  const config = { scrape_configs: [{ job_name: "redis", metric_relabel_configs: renamed }] };
  expect(await tool.run({ "prometheus.yml": config }, "check", "config", "prometheus.yml")).toContain("SUCCESS");
});

test("every alert has a case that fires at each of its severities, and a quiet one", () => {
  expect(cases.map(({ alert }) => alert).sort()).toEqual(alerts.map(({ name }) => name).sort());
  for (const { alert, situations } of cases) {
    const { levels } = alerts.find(({ name }) => name === alert)!;
    const seen = new Set(situations.flatMap(({ fires }) => fires.map(({ severity }) => severity)));
    expect([...seen].sort(), alert).toEqual(levels.map(({ severity }) => severity).sort());
    expect(
      situations.some(({ fires }) => fires.length === 0),
      alert,
    ).toBe(true);
  }
});

test.each(cases)("$alert", async ({ alert: name, interval = "1m", situations }) => {
  const alert = alerts.find((each) => each.name === name)!;
  const tests = situations.map((situation) => unitTest(alert, situation));
  const files = { "rules.yml": only(name), "test.yml": { ...testFile, evaluation_interval: interval, tests } };
  expect(await tool.run(files, "test", "rules", "test.yml")).toContain("SUCCESS");
});

test("detects a wrong expectation", async () => {
  const alert = alerts.find(({ name }) => name === "ChatwootRedisDown")!;
  const wrong: Situation = {
    what: "wrong",
    series: { 'redis_up{namespace="chatwoot"}': "1x9" },
    at: "5m",
    fires: [{ severity: "critical" }],
  };
  const test = { ...testFile, tests: [unitTest(alert, wrong)] };
  await expect(tool.run({ "rules.yml": rules, "test.yml": test }, "test", "rules", "test.yml")).rejects.toThrow(
    "FAILED",
  );
});
