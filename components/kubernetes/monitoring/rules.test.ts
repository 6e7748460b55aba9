import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { renderRules, type Alert } from "./alert.ts";
import { alertGroups } from "./rules.ts";
import type { Watched } from "./watched.ts";
import { checkedMetrics, promParts, read } from "./test-queries.ts";

const everything: Watched = {
  namespace: "chatwoot",
  database: { name: "chatwoot-db", instances: 3, sizeGi: 20 },
  redisIsDeployed: true,
  backup: { longestGapSeconds: 86_400 },
  drill: { longestGapSeconds: 604_800, timeoutSeconds: 7200 },
  pipeline: { checkGapSeconds: 3600, reportGapSeconds: 604_800 },
  claims: ["chatwoot-redis", "chatwoot-storage"],
  proxy: true,
  workers: ["chatwoot-worker"],
  queues: {},
  certificate: "chatwoot-tls",
};
const alertsOf = (watched: Watched): Alert[] => alertGroups(watched).flatMap(({ alerts }) => alerts);
const names = (watched: Watched): string[] => alertsOf(watched).map(({ name }) => name);
const rank = { info: 0, warning: 1, critical: 2 };

describe.each(alertsOf(everything))("$name", (alert) => {
  test("queries known metrics, of this namespace only", () => {
    for (const { expr } of alert.levels) {
      expect(checkedMetrics(expr).length).toBeGreaterThan(0);
      for (const matchers of promParts(expr).get("LabelMatchers") ?? [])
        expect(matchers).toMatch(/\b(exported_)?namespace="chatwoot"/);
    }
  });

  test("becomes more urgent, each level once", () => {
    const ranks = alert.levels.map(({ severity }) => rank[severity]);
    expect(ranks).toEqual([...new Set(ranks)].sort());
  });

  test("uses only labels in its texts that the expression keeps", () => {
    const used = [...`${alert.summary} ${alert.description}`.matchAll(/\$labels\.(\w+)/g)].map(([, label]) => label);
    for (const { expr } of alert.levels)
      for (const label of used) expect(expr).toMatch(new RegExp(`\\bby \\([^)]*\\b${label}\\b`));
    expect(alert.description).toMatch(/\.$/);
    expect(alert.summary).not.toMatch(/\.$/);
  });

  test("has a section on the runbook page, with checks and fixes", () => {
    const page = read("docs/kubernetes/monitoring.md");
    const section = page.split(/^### /m).find((text) => text.startsWith(`${alert.name}\n`));
    expect(section).toBeDefined();
    for (const part of ["**Meaning.**", "**First look.**", "**What to do.**"]) expect(section).toContain(part);
  });
});

describe("alerts", () => {
  test("have unique names", () => {
    expect(new Set(names(everything)).size).toBe(names(everything).length);
    for (const name of names(everything)) expect(name).toMatch(/^Chatwoot([A-Z][a-z]+)+$/);
  });

  test("are the only headings on the runbook page", () => {
    const headings = [...read("docs/kubernetes/monitoring.md").matchAll(/^### (Chatwoot\w+)$/gm)].map(
      ([, name]) => name,
    );
    expect(headings.sort()).toEqual(names(everything).sort());
  });

  test.each<[what: string, change: Partial<Watched>, gone: RegExp]>([
    ["no backup", { backup: undefined, drill: undefined }, /Backup|WalArchiving|Drill/],
    ["no drill", { drill: undefined }, /Drill/],
    ["no schedules", { pipeline: undefined }, /Pipeline/],
    ["no proxy", { proxy: false }, /Request|Proxy/],
    ["no certificate", { certificate: undefined }, /Certificate/],
    [
      "an external database",
      { database: undefined, backup: undefined, drill: undefined },
      /Database|Standby|Replication|Wal|Backup|Drill/,
    ],
    ["an external Redis", { redisIsDeployed: false }, /RedisLog/],
    [
      "no volume",
      { claims: [], database: undefined, backup: undefined, drill: undefined },
      /Volume|Database|Standby|Replication|Wal|Backup|Drill/,
    ],
    ["one instance", { database: { name: "chatwoot-db", instances: 1, sizeGi: 20 } }, /Standby|ReplicationLag/],
  ])("are absent for absent parts: %s", (_, change, gone) => {
    const left = names({ ...everything, ...change });
    expect(left).toEqual(names(everything).filter((name) => !gone.test(name)));
    expect(left.length).toBeLessThan(names(everything).length);
  });

  test("have valid expressions for every stack", () => {
    const label = fc.stringMatching(/^[a-z]([a-z0-9-]{0,20}[a-z0-9])?$/);
    const watched = fc.record<Watched>({
      namespace: label,
      database: fc.option(
        fc.record({
          name: label,
          instances: fc.integer({ min: 1, max: 9 }),
          sizeGi: fc.integer({ min: 1, max: 65_536 }),
        }),
        { nil: undefined },
      ),
      redisIsDeployed: fc.boolean(),
      backup: fc.option(fc.record({ longestGapSeconds: fc.integer({ min: 3600, max: 31_622_400 }) }), {
        nil: undefined,
      }),
      drill: fc.option(
        fc.record({
          longestGapSeconds: fc.integer({ min: 3600, max: 31_622_400 }),
          timeoutSeconds: fc.integer({ min: 300, max: 86_400 }),
        }),
        { nil: undefined },
      ),
      pipeline: fc.option(
        fc.record({
          checkGapSeconds: fc.integer({ min: 3600, max: 31_622_400 }),
          reportGapSeconds: fc.integer({ min: 3600, max: 31_622_400 }),
        }),
        { nil: undefined },
      ),
      claims: fc.uniqueArray(label, { maxLength: 2 }),
      proxy: fc.boolean(),
      workers: fc.constant(["chatwoot-worker"]),
      queues: fc.constant({}),
      certificate: fc.option(label, { nil: undefined }),
    });
    fc.assert(
      fc.property(watched, (parts) => {
        const { groups } = renderRules(alertGroups(parts), { namespace: parts.namespace, labels: {}, runbookUrl: "x" });
        for (const rule of groups.flatMap(({ rules }) => rules)) {
          checkedMetrics(rule.expr);
          expect(JSON.stringify(rule)).not.toMatch(/undefined|NaN|\[object/);
        }
      }),
      { numRuns: 30 },
    );
  });
});

describe("rules", () => {
  const options = {
    namespace: "chatwoot",
    labels: { severity: "none", team: "support" },
    runbookUrl: "https://wiki/page",
  };

  test("keep their severity and namespace, whatever labels are added", () => {
    for (const { rules } of renderRules(alertGroups(everything), options).groups)
      for (const { labels } of rules) {
        expect(labels).toMatchObject({ team: "support", namespace: "chatwoot" });
        expect(Object.keys(rank)).toContain(labels["severity"]);
      }
  });

  test("link to their section", () => {
    const { groups } = renderRules(alertGroups(everything), options);
    const rule = groups.flatMap(({ rules }) => rules).find(({ alert }) => alert === "ChatwootQueueLatency")!;
    expect(rule.annotations["runbook_url"]).toBe("https://wiki/page#chatwootqueuelatency");
  });

  test("fail for an invalid query, an unknown metric and an unknown label", () => {
    expect(() => checkedMetrics("max(redis_up) ==")).toThrow("not a query");
    expect(() => checkedMetrics("max(redis_upp)")).toThrow("unknown metric redis_upp");
    expect(() => checkedMetrics('max(redis_up{queue="x"})')).toThrow("no metric has the label queue");
  });
});
