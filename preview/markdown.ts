import type { Change, PropertyDiff } from "./changes.ts";
import type { StackDiff } from "./stack-diff.ts";
import { verdicts, type Verdict } from "./verdict.ts";

/** GitHub takes 65,536 characters; counted here in bytes, with some left for what a workflow adds. */
export const bodyLimit = 65_000;
/** By this line a workflow finds the comment that it wrote before. */
const marker = "<!-- chatwoot-preview-diff -->";

const icons = { create: "➕ create", update: "✏️ update", replace: "♻️ **replace**", delete: "🗑️ **delete**" } as const;
const mostNamed = 6;
const mostObjections = 30;

/** A comment for reviewers: a table for each stack, then each resource's diff, folded; never longer than `limit`. */
export function markdownBody(diffs: readonly StackDiff[], base: string, limit = bodyLimit): string {
  const head = [marker, `## Preview against ${code(base)}`, ...diffs.map(summary)].join("\n\n");
  const details = diffs.flatMap(({ stack, changes }) => changes.map((change) => detail(stack, change)));
  const command = `npm run preview:diff -- --base ${base}`;
  return bounded(head, details, `run \`${command}\` for all of it`, limit);
}

/** As many whole details as fit, and a sentence about the rest. */
export function bounded(head: string, details: readonly string[], rest: string, limit: number): string {
  const cut = (count: number): string =>
    `_${count} of ${details.length} details are left out, because a comment ends at GitHub's limit: ${rest}._`;
  const reserve = bytes(cut(details.length)) + 2;
  if (bytes(head) + reserve > limit) {
    const lines = head.split("\n");
    const sentence = `\n\n_The tables are cut at GitHub's limit for a comment: ${rest}._`;
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
  const table = rows.length === 0 ? [] : ["| | Resource | What changes |\n| --- | --- | --- |\n" + rows.join("\n")];
  const secrets = secretKeys.length === 0 ? [] : [`Secrets of the stack file, set anew: ${list(secretKeys)}.`];
  const said = problems.map((problem) => `> ${problem.replaceAll("\n", "\n> ")}`);
  return [
    title,
    ...said,
    ...verdicts(diff).map(verdict),
    ...table,
    ...secrets,
    ...(ok ? [`${unchanged} unchanged.`] : []),
  ].join("\n\n");
}

/** One line where nothing is wrong; else a table that stands before the one of the changes. */
function verdict({ ok, title, objections }: Verdict): string {
  if (ok) return `✅ ${title}`;
  const rows = objections
    .slice(0, mostObjections)
    .map(({ rule, resource, message }) => `| ${code(rule)} | ${code(resource)} | ${code(message)} |`);
  const rest = objections.length - mostObjections;
  const more = rest > 0 ? `\n\n_${rest} more of them are not shown._` : "";
  return `🚫 **${title}**\n\n| Rule | Resource | What is wrong |\n| --- | --- | --- |\n${rows.join("\n")}${more}`;
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
  if (op === "create" || op === "delete") return "all of it";
  if (properties.length === 0) return "the spelling of its values";
  const forcing = properties.filter(({ replaces }) => replaces).map(({ path }) => path);
  const because = forcing.length === 0 ? [] : [`replaced because of ${list(forcing)}`];
  const open = properties.filter(({ secret, replaces }) => !secret && !replaces).map((property) => counting(property));
  const secrets = properties.filter(({ secret }) => secret).map(({ path }) => path);
  const parts = [...because, ...(open.length === 0 ? [] : [some(open)])];
  return [...parts, ...(secrets.length === 0 ? [] : [`secret ${list(secrets)}`])].join("; ");
}

/** A value that fits is shown at once; of a longer one, how many lines change. */
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
  // A fence is longer than every run of backticks inside it.
  const fence = "`".repeat(Math.max(3, ...[...text.matchAll(/`+/g)].map(([run]) => run.length + 1)));
  const nothing = op === "delete" ? "The resource goes away." : "Only the spelling of its values changes.";
  const body = properties.length === 0 ? nothing : `${fence}diff\n${text}\n${fence}`;
  return `<details><summary>${stack}: ${op} <code>${html(name)}</code></summary>\n\n${body}\n\n</details>`;
}

const list = (names: readonly string[]): string => some(names.map(code));

function some(parts: readonly string[]): string {
  const rest = parts.length - mostNamed;
  return parts.slice(0, mostNamed).join(", ") + (rest > 0 ? ` and ${rest} more` : "");
}

/** A code span that a table's cell can hold. */
function code(text: string): string {
  const line = text.replaceAll(/\s+/g, " ").replaceAll("|", "\\|");
  return line.includes("`") ? `\`\` ${line} \`\`` : `\`${line}\``;
}

const html = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
const bytes = (text: string): number => Buffer.byteLength(text);
