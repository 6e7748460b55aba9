import { readFileSync } from "node:fs";
import { parser as logQl } from "@grafana/lezer-logql";
import { parser as promQl } from "@prometheus-io/lezer-promql";
import { z } from "zod";

const metric = z.strictObject({
  kind: z.enum(["counter", "gauge", "histogram"]),
  labels: z.array(z.string()),
});

export const read = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), "utf8");

/** Every metric that alerts and dashboard may use, by exporter. */
export const known = z
  .strictObject({
    givers: z.record(
      z.string(),
      z.strictObject({ documented: z.string(), metrics: z.record(z.string().regex(/^[a-z][a-z0-9_]+$/), metric) }),
    ),
    logLabels: z.array(z.string()),
  })
  .parse(JSON.parse(read("dashboards/kubernetes-metrics.json")));

export const metrics: Record<string, z.output<typeof metric>> = Object.assign(
  {},
  ...Object.values(known.givers).map((giver) => giver.metrics),
);

type Parser = {
  parse(text: string): {
    iterate(each: { enter(node: { name: string; from: number; to: number; type: { isError: boolean } }): void }): void;
  };
};

/** The texts of a query by the names of its grammar; throws if the query is invalid. */
function partsOf(parser: Parser, text: string): Map<string, string[]> {
  const parts = new Map<string, string[]>();
  parser.parse(text).iterate({
    enter({ name, from, to, type }) {
      if (type.isError) throw new Error(`not a query, at ${from}: ${text.slice(from)}`);
      parts.set(name, [...(parts.get(name) ?? []), text.slice(from, to)]);
    },
  });
  return parts;
}

export const promParts = (text: string): Map<string, string[]> => partsOf(promQl, text);
export const logParts = (text: string): Map<string, string[]> => partsOf(logQl, text);

/** The metrics of an expression; throws for an unknown metric, or a label that none of them has. */
export function checkedMetrics(expr: string): string[] {
  const parts = promParts(expr);
  const names = parts.get("Identifier") ?? [];
  const labels = new Set(["le"]);
  for (const name of names) {
    const found = metrics[name] ?? metrics[name.replace(/_bucket$/, "")];
    if (found === undefined) throw new Error(`unknown metric ${name}: ${expr}`);
    for (const label of found.labels) labels.add(label);
  }
  for (const label of parts.get("LabelName") ?? [])
    if (!labels.has(label)) throw new Error(`no metric has the label ${label}: ${expr}`);
  return names;
}
