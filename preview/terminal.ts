import type { StackDiff } from "./stack-diff.ts";
import { verdicts } from "./verdict.ts";

/** Formats the diffs for a terminal. */
export function terminalText(diffs: readonly StackDiff[], base: string): string {
  const parts = diffs.map((diff) => {
    const { stack, changes, unchanged, problems, secretKeys, ok } = diff;
    const rows = changes.map(({ op, name, type, protect, properties }) => {
      const paths = properties.map(({ path }) => path).join(", ");
      const what = op === "update" || op === "replace" ? `  [${paths}]` : "";
      return `  ${op.padEnd(8)} ${name} (${type.split(":").at(-1)})${protect ? " protected" : ""}${what}`;
    });
    const details = changes.flatMap(({ op, name, properties }) =>
      op === "delete"
        ? []
        : [
            `\n${op} ${name}`,
            ...properties.flatMap(({ path, lines, replaces }) => [
              `  ${path}${replaces ? "  (forces the replacement)" : ""}`,
              ...lines.map((line) => `    ${line}`),
            ]),
          ],
    );
    const sum = ok ? `${changes.length} changed, ${unchanged} unchanged` : "the preview fails";
    const secrets = secretKeys.map((key) => `  secret   ${key} changed`);
    const messages = problems.map((problem) => `  ${problem}`);
    const judged = verdicts(diff).flatMap(({ title, violations }) => [
      `  ${title}`,
      ...violations.map(({ rule, resource, message }) => `    ${rule}  ${resource}: ${message}`),
    ]);
    return [`${stack}: ${sum}`, ...messages, ...judged, ...rows, ...secrets, ...details].join("\n");
  });
  return [`Preview against ${base}`, ...parts].join("\n\n");
}
