import type { Change, PropertyDiff } from "./changes.ts";
import type { StackDiff } from "./stack-diff.ts";
import { verdicts, type Verdict } from "./verdict.ts";

/** GitHub's limit is 65,536 characters; this one is in bytes, with a reserve for the workflow's quotation. */
export const bodyLimit = 60_000;

const icons = { create: "➕ create", update: "✏️ update", replace: "♻️ **replace**", delete: "🗑️ **delete**" } as const;
const mostNamed = 6;
const mostViolations = 30;

/** A comment with a table per stack and the folded diff of each resource, at most `limit` bytes. */
export function markdownBody(diffs: readonly StackDiff[], base: string, limit = bodyLimit): string {
  const head = [`## Preview against ${code(base)}`, ...diffs.map(summary)].join("\n\n");
  const details = diffs.flatMap(({ stack, changes }) => changes.map((change) => detail(stack, change)));
  const command = `npm run preview:diff -- --base ${base}`;
  return bounded(head, details, `run \`${command}\` to see everything`, limit);
}

/** Keeps as many details as fit and states the number of omitted ones. */
export function bounded(head: string, details: readonly string[], rest: string, limit: number): string {
  const cut = (count: number): string =>
    `_${count} of ${details.length} details are omitted because of GitHub's size limit: ${rest}._`;
  const reserve = bytes(cut(details.length)) + 2;
  if (bytes(head) + reserve > limit) {
    const lines = head.split("\n");
    const sentence = `\n\n_The tables are truncated at GitHub's size limit: ${rest}._`;
    while (bytes(lines.join("\n") + sentence) > limit) lines.pop();
    return lines.join("\n") + sentence;
  }
  const all = [head, ...details].join("\n\n");
  if (bytes(all) <= limit) return all;
  const kept: string[] = [];
  let size = bytes(head) + reserve;
  for (const part of details) {
    size += bytes(part) + 2;
    if (size > limit) break;
    kept.push(part);
  }
  return [head, ...kept, cut(details.length - kept.length)].join("\n\n");
}

function summary(diff: StackDiff): string {
  const { stack, changes, unchanged, secretKeys, problems, ok } = diff;
  const title = `### ${stack}: ${ok ? counted(changes) : "the preview fails"}`;
  const rows = changes.map((change) => `| ${icons[change.op]} | ${named(change)} | ${whatChanges(change)} |`);
  const table = rows.length === 0 ? [] : ["| | Resource | Changes |\n| --- | --- | --- |\n" + rows.join("\n")];
  const secrets = secretKeys.length === 0 ? [] : [`Changed secrets of the stack file: ${list(secretKeys)}.`];
  const messages = problems.map((problem) => `> ${problem.replaceAll("\n", "\n> ")}`);
  return [
    title,
    ...messages,
    ...verdicts(diff).map(verdict),
    ...table,
    ...secrets,
    ...(ok ? [`${unchanged} unchanged.`] : []),
  ].join("\n\n");
}

/** One line if everything passes, otherwise a table. */
function verdict({ ok, title, violations }: Verdict): string {
  if (ok) return `✅ ${title}`;
  const rows = violations
    .slice(0, mostViolations)
    .map(({ rule, resource, message }) => `| ${code(rule)} | ${code(resource)} | ${code(message)} |`);
  const rest = violations.length - mostViolations;
  const more = rest > 0 ? `\n\n_${rest} more are not shown._` : "";
  return `🚫 **${title}**\n\n| Rule | Resource | Problem |\n| --- | --- | --- |\n${rows.join("\n")}${more}`;
}

function counted(changes: readonly Change[]): string {
  const words = (["delete", "replace", "update", "create"] as const).flatMap((op) => {
    const count = changes.filter((change) => change.op === op).length;
    return count === 0 ? [] : [`${count} to ${op}`];
  });
  return words.length === 0 ? "no changes" : words.join(", ");
}

function named({ name, type, protect }: Change): string {
  return `${code(name)} (${type.split(":").at(-1) ?? type})${protect ? " 🔒 protected" : ""}`;
}

function whatChanges({ op, properties }: Change): string {
  if (op === "create" || op === "delete") return "all properties";
  if (properties.length === 0) return "formatting only";
  const forcing = properties.filter(({ replaces }) => replaces).map(({ path }) => path);
  const because = forcing.length === 0 ? [] : [`replaced because of ${list(forcing)}`];
  const open = properties.filter(({ secret, replaces }) => !secret && !replaces).map((property) => counting(property));
  const secrets = properties.filter(({ secret }) => secret).map(({ path }) => path);
  const parts = [...because, ...(open.length === 0 ? [] : [some(open)])];
  return [...parts, ...(secrets.length === 0 ? [] : [`secret ${list(secrets)}`])].join("; ");
}

/** Shows a short value, or the number of changed lines. */
function counting({ path, lines }: PropertyDiff): string {
  const values = lines.map((line) => line.slice(2));
  if (lines.length === 2 && lines[0]?.startsWith("- ") && lines[1]?.startsWith("+ ") && values.join("").length <= 60)
    return `${code(path)}: ${code(values[0] ?? "")} → ${code(values[1] ?? "")}`;
  const count = (sign: string): number => lines.filter((line) => line.startsWith(sign)).length;
  return `${code(path)} (+${count("+")} −${count("-")} lines)`;
}

function detail(stack: string, change: Change): string {
  const { op, name, properties } = change;
  const text = properties
    .flatMap(({ path, lines, replaces }) => [`# ${path}${replaces ? "  (forces the replacement)" : ""}`, ...lines])
    .join("\n");
  // A fence must be longer than any run of backticks inside it.
  const fence = "`".repeat(Math.max(3, ...[...text.matchAll(/`+/g)].map(([run]) => run.length + 1)));
  const nothing = op === "delete" ? "The resource is deleted." : "Only the formatting of values changes.";
  const body = properties.length === 0 ? nothing : `${fence}diff\n${text}\n${fence}`;
  return `<details><summary>${stack}: ${op} <code>${html(name)}</code></summary>\n\n${body}\n\n</details>`;
}

const list = (names: readonly string[]): string => some(names.map(code));

function some(parts: readonly string[]): string {
  const rest = parts.length - mostNamed;
  return parts.slice(0, mostNamed).join(", ") + (rest > 0 ? ` and ${rest} more` : "");
}

/** A code span, escaped for a table cell. */
function code(text: string): string {
  const line = text.replaceAll(/\s+/g, " ").replaceAll("|", "\\|");
  return line.includes("`") ? `\`\` ${line} \`\`` : `\`${line}\``;
}

const html = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
const bytes = (text: string): number => Buffer.byteLength(text);
