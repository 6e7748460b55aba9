import type { RelabelConfig } from "../../../components/kubernetes/monitoring/resources.ts";

export type Labels = Record<string, string>;

/**
 * The result of Prometheus' `replace` rules, the only ones in use: an expression is anchored, and an empty label does
 * not exist.
 */
export function relabelled(series: Labels, configs: readonly RelabelConfig[]): Labels {
  let labels = { ...series };
  for (const {
    action = "replace",
    sourceLabels = [],
    targetLabel = "",
    regex = "(.*)",
    replacement = "$1",
  } of configs) {
    if (action !== "replace") throw new Error(`unknown action "${action}". Add it to relabel.ts.`);
    const found = new RegExp(`^(?:${regex})$`).exec(sourceLabels.map((label) => labels[label] ?? "").join(";"));
    if (found === null) continue;
    const value = replacement.replaceAll(/\$(\d)/g, (_, index: string) => found[Number(index)] ?? "");
    labels = Object.fromEntries(Object.entries({ ...labels, [targetLabel]: value }).filter(([, text]) => text !== ""));
  }
  return labels;
}

/** Samples of Prometheus' text format, without comments: `name{label="value"} 1`. */
export function samples(text: string): { labels: Labels; value: number }[] {
  return text
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => {
      const parts = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/.exec(line);
      if (parts === null) throw new Error(`not a sample: ${line}`);
      const [, name = "", inner = "", value] = parts;
      const pairs = [...inner.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, label, text]) => [label, text]);
      return { labels: { __name__: name, ...(Object.fromEntries(pairs) as Labels) }, value: Number(value) };
    });
}
