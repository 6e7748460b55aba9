import { describe, expect, test } from "vitest";
import { z } from "zod";
import { dashboard as rendered } from "./dashboard.ts";
import { checkedMetrics, known, logParts, metrics, promParts, read } from "./test-queries.ts";

const datasource = z.strictObject({ type: z.enum(["prometheus", "loki"]), uid: z.enum(["${metrics}", "${logs}"]) });
const gridPos = z.strictObject({ x: z.int().min(0).max(23), y: z.int().min(0), w: z.int().min(1), h: z.int().min(1) });
const target = z.looseObject({ refId: z.string().regex(/^[A-Z]$/), datasource, expr: z.string().min(1) });
const data = z.looseObject({
  id: z.int().positive(),
  type: z.enum(["timeseries", "stat", "logs"]),
  title: z.string().min(1),
  description: z.string().min(1),
  datasource,
  gridPos,
  targets: z.array(target).min(1),
});
const row = z.looseObject({ id: z.int().positive(), type: z.literal("row"), title: z.string(), gridPos });
const schema = z.looseObject({
  title: z.string(),
  // Grafana's limit.
  uid: z.string().max(40),
  schemaVersion: z.int().min(36),
  panels: z.array(z.union([row, data])),
  templating: z.looseObject({
    list: z.array(z.looseObject({ name: z.string(), type: z.string(), current: z.looseObject({}) })),
  }),
});
const dashboard = schema.parse(JSON.parse(read("dashboards/kubernetes.json")));
const panels = dashboard.panels.flatMap((panel) => (panel.type === "row" ? [] : [data.parse(panel)]));
const queries = panels.flatMap(({ title, targets }) =>
  targets.map(({ expr, datasource }) => ({ title, expr, kind: datasource.type })),
);
/** The JSON as Grafana sends it. */
const filled = (expr: string): string =>
  expr
    .replaceAll("$namespace", "chatwoot")
    .replaceAll("$database", "chatwoot-db")
    .replaceAll("$component", "web|worker")
    .replaceAll("$search", "x")
    .replaceAll(/\$__(rate_interval|auto)/g, "5m");

describe("its shape", () => {
  test("has unique panel ids and unique query names", () => {
    const ids = dashboard.panels.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { targets } of panels) expect(new Set(targets.map(({ refId }) => refId)).size).toBe(targets.length);
  });

  test("has no panel outside the grid or over another", () => {
    const taken = new Set<string>();
    for (const { gridPos, title } of [...dashboard.panels]) {
      const { x: left, y: top, w, h } = gridPos;
      expect(left + w).toBeLessThanOrEqual(24);
      for (let x = left; x < left + w; x++)
        for (let y = top; y < top + h; y++) {
          expect(taken.has(`${x},${y}`), `${title} at ${x},${y}`).toBe(false);
          taken.add(`${x},${y}`);
        }
    }
  });

  test("has a row for each part", () => {
    const rows = dashboard.panels.filter(({ type }) => type === "row").map(({ title }) => title);
    expect(rows).toEqual([
      "At a glance",
      "Web and worker",
      "Queues",
      "Database",
      "Backups",
      "Redis",
      "Proxy",
      "Volumes and certificate",
      "Logs",
    ]);
  });

  test("uses each of its variables, and no other", () => {
    const used = [...JSON.stringify(dashboard.panels).matchAll(/\$\{?(\w+)/g)].map(([, name]) => name as string);
    const own = new Set(used.filter((name) => !name.startsWith("__")));
    expect([...own].sort()).toEqual(dashboard.templating.list.map(({ name }) => name).sort());
  });

  test("sets the datasource of the panel on every query", () => {
    for (const {
      targets,
      datasource: { type, uid },
      title,
    } of panels) {
      for (const each of targets) expect(each.datasource, title).toEqual({ type, uid });
      expect(uid).toBe(type === "loki" ? "${logs}" : "${metrics}");
    }
  });
});

describe("metrics", () => {
  const promQueries = queries.filter(({ kind }) => kind === "prometheus");

  test.each(promQueries)("$title: $expr", ({ expr }) => {
    const text = filled(expr);
    for (const name of checkedMetrics(text)) {
      const found = metrics[name] ?? metrics[name.replace(/_bucket$/, "")]!;
      expect(name.endsWith("_bucket"), name).toBe(found.kind === "histogram");
      // Counters are shown as rates, and only counters.
      expect(/\b(rate|increase)\(/.test(text), name).toBe(found.kind !== "gauge" || /errors_total/.test(text));
    }
    for (const matchers of promParts(text).get("LabelMatchers") ?? [])
      expect(matchers).toMatch(/\b(exported_)?namespace="chatwoot"/);
  });

  test("has metrics of every exporter", () => {
    const used = new Set(promQueries.flatMap(({ expr }) => checkedMetrics(filled(expr))));
    for (const [giver, { metrics: given }] of Object.entries(known.givers))
      expect(
        Object.keys(given).some((name) => used.has(name) || used.has(`${name}_bucket`)),
        giver,
      ).toBe(true);
  });
});

describe("logs", () => {
  test.each(queries.filter(({ kind }) => kind === "loki"))("$title: $expr", ({ expr }) => {
    const parts = logParts(filled(expr));
    const labels = (parts.get("Matcher") ?? []).map((matcher) => /^\w+/.exec(matcher)![0]);
    expect(labels).toContain("namespace");
    const groups = (parts.get("Grouping") ?? []).flatMap((text) => text.match(/\w+(?=[,)])/g) ?? []);
    for (const label of [...labels, ...groups]) expect(known.logLabels).toContain(label);
  });
});

describe("the deployed dashboard", () => {
  const queues = { "chatwoot-worker": ["critical", "high"], "chatwoot-worker-mail": ["mailers"] };
  const parsed = (namespace: string, name: string) =>
    schema.parse(JSON.parse(rendered({ namespace, database: { name, instances: 2, sizeGi: 20 }, queues })));

  test("selects this stack's names, and has the same panels", () => {
    const own = parsed("support", "support-db");
    const chosen = Object.fromEntries(own.templating.list.map(({ name, current }) => [name, current["value"]]));
    expect(chosen).toMatchObject({ namespace: "support", database: "support-db" });
    expect(own.panels).toEqual(dashboard.panels);
  });

  test("offers the queues of each kind of workers", () => {
    const variable = parsed("support", "db").templating.list.find(({ name }) => name === "workers")!;
    expect(variable["query"]).toBe("all workers : .*,chatwoot-worker : critical|high,chatwoot-worker-mail : mailers");
    const used = dashboard.panels.filter((panel) => JSON.stringify(panel).includes("$workers"));
    expect(used.map(({ title }) => title)).toEqual(["Waiting jobs", "Wait of the oldest job"]);
  });

  test("has another name in another namespace, even if the namespace's name is long", () => {
    expect(parsed("support", "db").uid).not.toBe(parsed("sales", "db").uid);
    expect(parsed("n".repeat(63), "db").uid.length).toBeLessThanOrEqual(40);
  });
});
