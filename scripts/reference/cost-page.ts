import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { flyConfig, kubernetesConfig } from "../../config/schema.ts";
import { flyChoices, flyCost, kubernetesCost, type CostLine } from "./cost.ts";
import { table } from "./table.ts";

const introduction = `# What a month costs

<!-- Written by \`npm run reference\` from the stack files and scripts/reference/prices.ts. Edit those. -->

In USD a month, without tax and traffic, by [the providers' pages](../../scripts/reference/prices.ts): **not verified
against a bill**. What it means, and how to pay less: [cost](../cost.md).`;

/** The page of what the two stacks cost. */
export function costPage(root: string): string {
  const fly = flyCost(flyConfig.parse(settings(root, "staging")));
  const kubernetes = kubernetesCost(kubernetesConfig.parse(settings(root, "prod")));
  return [
    introduction,
    "## Staging, on Fly.io",
    priced(fly),
    `Together, before use: **${sum(fly)} USD**. Choices, each by its defaults:`,
    priced(flyChoices),
    "## Prod, on Kubernetes",
    table(
      ["what", "asked of the cluster"],
      kubernetes.map(({ what, amount }) => [what, amount]),
    ),
    "Its price is the cluster's. Small beside it: the proxies of single sign-on, the preparation, the exporter.",
  ].join("\n\n");
}

function settings(root: string, stack: string): Record<string, unknown> {
  const { config } = parse(readFileSync(join(root, `Pulumi.${stack}.yaml`), "utf8")) as {
    config: Record<string, unknown>;
  };
  const own = Object.entries(config).filter(([key, value]) => key.startsWith("chatwoot:") && !isSecure(value));
  return Object.fromEntries(own.map(([key, value]) => [key.slice("chatwoot:".length), value]));
}

const isSecure = (value: unknown): boolean => typeof value === "object" && value !== null && "secure" in value;

function priced(lines: readonly CostLine[]): string {
  const cell = ({ usd, remark }: CostLine): string => {
    if (usd === undefined) return remark ?? "not known here";
    return remark ?? usd.toFixed(2);
  };
  return table(
    ["what", "how much", "USD a month"],
    lines.map((line) => [line.what, line.amount, cell(line)]),
  );
}

function sum(lines: readonly CostLine[]): string {
  return lines.reduce((total, { usd = 0 }) => total + usd, 0).toFixed(2);
}
