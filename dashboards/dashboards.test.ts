import { readFileSync } from "node:fs";
import { parser as logQl } from "@grafana/lezer-logql";
import { parser as promQl } from "@prometheus-io/lezer-promql";
import { describe, expect, test } from "vitest";
import { z } from "zod";

const read = (name: string): unknown => JSON.parse(readFileSync(new URL(`./${name}`, import.meta.url), "utf8"));

const known = z
  .strictObject({
    sources: z.strictObject({ metrics: z.url(), logs: z.url() }),
    standardLabels: z.array(z.string()),
    metrics: z.record(
      z.string().regex(/^fly_[a-z_]+$/),
      z.strictObject({
        kind: z.enum(["counter", "gauge", "histogram"]),
        unit: z.string().optional(),
        labels: z.array(z.string()),
      }),
    ),
    logLabels: z.array(z.string()),
  })
  .parse(read("fly-metrics.json"));

const datasource = z.strictObject({ type: z.enum(["prometheus", "loki"]), uid: z.enum(["${metrics}", "${logs}"]) });
const gridPos = z.strictObject({
  x: z.int().min(0).max(23),
  y: z.int().min(0),
  w: z.int().min(1).max(24),
  h: z.int().min(1),
});
const target = z.looseObject({ refId: z.string().regex(/^[A-Z]$/), datasource, expr: z.string().min(1) });
const data = z.looseObject({
  id: z.int().positive(),
  type: z.enum(["timeseries", "stat", "logs"]),
  title: z.string().min(1),
  description: z.string().min(1),
  datasource,
  gridPos,
  targets: z.array(target).min(1),
  fieldConfig: z.looseObject({ defaults: z.looseObject({}), overrides: z.array(z.unknown()) }),
  options: z.looseObject({}),
});
const row = z.looseObject({
  id: z.int().positive(),
  type: z.literal("row"),
  title: z.string(),
  gridPos,
  panels: z.array(z.never()),
});
const variable = z.discriminatedUnion("type", [
  z.looseObject({ type: z.literal("datasource"), name: z.string(), query: z.enum(["prometheus", "loki"]) }),
  z.looseObject({
    type: z.literal("query"),
    name: z.string(),
    datasource,
    multi: z.literal(true),
    definition: z.string(),
  }),
  z.looseObject({ type: z.literal("textbox"), name: z.string() }),
]);
const dashboard = z
  .looseObject({
    title: z.string(),
    // Grafana's limit.
    uid: z.string().max(40),
    schemaVersion: z.int().min(36),
    panels: z.array(z.union([row, data])),
    templating: z.looseObject({ list: z.array(variable) }),
    time: z.strictObject({ from: z.string(), to: z.string() }),
  })
  .parse(read("fly.json"));

const panels = dashboard.panels.flatMap((panel) => (panel.type === "row" ? [] : [panel]));
const expressions = panels.flatMap(({ title, targets }) =>
  targets.map(({ datasource, expr }) => ({ title, kind: datasource.type, expr })),
);
const metricQueries = expressions.filter(({ kind }) => kind === "prometheus");
const logQueries = expressions.filter(({ kind }) => kind === "loki");

/** A query as Grafana sends it. */
const filled = (expr: string): string =>
  expr
    .replaceAll("$app", "chat|chat-redis")
    .replaceAll("$search", "x")
    .replaceAll(/\$__(rate_interval|auto)/g, "5m");

type Parser = {
  parse(text: string): {
    iterate(each: { enter(node: { name: string; from: number; to: number; type: { isError: boolean } }): void }): void;
  };
};

/** The parts of a query by grammar name; throws on a syntax error. */
function partsOf(parser: Parser, expr: string): Map<string, string[]> {
  const text = filled(expr);
  const parts = new Map<string, string[]>();
  parser.parse(text).iterate({
    enter({ name, from, to, type }) {
      if (type.isError) throw new Error(`not a query, at ${from}: ${text.slice(from)}`);
      parts.set(name, [...(parts.get(name) ?? []), text.slice(from, to)]);
    },
  });
  return parts;
}

describe("its shape", () => {
  test("has unique panel ids and unique query names", () => {
    const ids = dashboard.panels.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { targets } of panels) expect(new Set(targets.map(({ refId }) => refId)).size).toBe(targets.length);
  });

  test("has no panel outside the grid or over another", () => {
    const taken = new Set<string>();
    for (const { gridPos, title } of dashboard.panels) {
      expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++)
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
          expect(taken.has(`${x},${y}`), `${title} at ${x},${y}`).toBe(false);
          taken.add(`${x},${y}`);
        }
    }
  });

  test("uses each of its variables, and no other", () => {
    const names = dashboard.templating.list.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    const used = new Set(
      [...JSON.stringify(dashboard.panels).matchAll(/\$\{?(\w+)/g)].map(([, name]) => name as string),
    );
    expect([...used].filter((name) => !name.startsWith("__")).sort()).toEqual([...names].sort());
  });

  test("has every query on the datasource of its panel", () => {
    for (const { targets, datasource } of panels)
      for (const each of targets) expect(each.datasource).toEqual(datasource);
    for (const { type, uid } of panels.map(({ datasource }) => datasource))
      expect(uid).toBe(type === "loki" ? "${logs}" : "${metrics}");
  });
});

describe("metrics", () => {
  test.each(metricQueries)("$title: $expr", ({ expr }) => {
    const parts = partsOf(promQl, expr);
    const names = parts.get("Identifier") ?? [];
    expect(names.length).toBeGreaterThan(0);
    const allowed = new Set(known.standardLabels);
    for (const name of names) {
      const metric = known.metrics[name] ?? known.metrics[name.replace(/_bucket$/, "")];
      expect(metric, name).toBeDefined();
      expect(name.endsWith("_bucket"), name).toBe(metric!.kind === "histogram");
      // Counters, and only counters, are shown as rates.
      if (!/\bmax_over_time\b/.test(expr)) expect(/\brate\(/.test(expr), name).toBe(metric!.kind !== "gauge");
      for (const label of metric!.labels) allowed.add(label);
      if (metric!.kind === "histogram") allowed.add("le");
    }
    for (const label of parts.get("LabelName") ?? []) expect(allowed, label).toContain(label);
    // Every selector is limited to the selected apps.
    for (const selector of parts.get("LabelMatchers") ?? []) expect(selector).toContain('app=~"chat|chat-redis"');
    expect(parts.get("LabelMatchers")).toHaveLength(names.length);
  });

  test("uses each metric of the list", () => {
    const used = new Set(metricQueries.flatMap(({ expr }) => partsOf(promQl, expr).get("Identifier") ?? []));
    for (const [name, { kind }] of Object.entries(known.metrics))
      expect(used, name).toContain(kind === "histogram" ? `${name}_bucket` : name);
  });

  test("detects an invalid query", () => {
    expect(() => partsOf(promQl, "sum(rate(fly_instance_cpu[5m])")).toThrow("not a query");
    expect(() => partsOf(logQl, '{app="x"} |~ ')).toThrow("not a query");
  });
});

describe("logs", () => {
  test.each(logQueries)("$title: $expr", ({ expr }) => {
    const parts = partsOf(logQl, expr);
    const labels = (parts.get("Matcher") ?? []).map((matcher) => /^\w+/.exec(matcher)![0]);
    expect(labels).toEqual(["fly_app_name"]);
    for (const label of [
      ...labels,
      ...(parts.get("Grouping") ?? []).flatMap((text) => text.match(/\w+(?=[,)])/g) ?? []),
    ])
      expect(known.logLabels).toContain(label);
  });
});
