import pc from "picocolors";
import type { Checked, Finding } from "../../policy/check.ts";

export const policyPage = "docs/policy.md";

/** Formats the passed rules and the violations for a terminal. */
export function policiesText({ rules, findings }: Checked, color: boolean): string {
  const colors = pc.createColors(color);
  const broken = new Set(findings.map(({ rule }) => rule));
  const passed = rules.filter((name) => !broken.has(name));
  const head =
    broken.size === 0
      ? colors.green(`Policies: all ${rules.length} rules pass.`)
      : colors.red(`Policies: ${broken.size} of ${rules.length} rules ${broken.size === 1 ? "is" : "are"} violated.`);
  const lines = findings.map((finding) => violation(finding, colors));
  const list = broken.size === 0 ? [] : [colors.dim(`  passed: ${passed.join(", ") || "none"}`)];
  const page = broken.size === 0 ? [] : [`  Reasons and fixes: ${policyPage}`];
  return [head, ...lines, ...list, ...page].join("\n");
}

function violation({ rule, level, resource, message }: Finding, colors: ReturnType<typeof pc.createColors>): string {
  const paint = level === "mandatory" ? colors.red : colors.yellow;
  return `${paint(`  ${level.padEnd(9)}  ${rule}`)}  ${resource.name} (${resource.type.split(":").at(-1)})\n             ${message}`;
}
