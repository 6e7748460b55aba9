import { isDeepStrictEqual } from "node:util";
import type { Target } from "../../config/schema.ts";
import type { JsonNode } from "./doc-comments.ts";
import { rowsOf } from "./rows.ts";
import { titles, type SecretRow } from "./secrets.ts";
import { table } from "./table.ts";

const introduction = `# Configuration

<!-- Written by \`npm run reference\` from config. Edit the comments there. -->

Every key of a stack file, as \`chatwoot:KEY\`; dots are levels of the YAML, \`[]\` is each item of a list. A key that is
not here is refused by name. Editors complete the keys by [the JSON Schema](../../schema/pulumi-stack.schema.json), which
the first line of each stack file names.`;

/** The page of every key: one section for each at the top, then the secrets. */
export function configPage(settings: Record<Target, JsonNode>, secrets: readonly SecretRow[]): string {
  return [introduction, ...sections(settings), secretsSection(secrets)].join("\n\n");
}

function sections({ fly, kubernetes }: Record<Target, JsonNode>): string[] {
  const keys = new Set([...Object.keys(fly.properties ?? {}), ...Object.keys(kubernetes.properties ?? {})]);
  keys.delete("target");
  const target = section("target", "both targets", { enum: ["fly", "kubernetes"], description: targetMeaning }, true);
  return [
    target,
    ...[...keys].flatMap((key) => {
      const [onFly, onKubernetes] = [fly.properties?.[key], kubernetes.properties?.[key]];
      const required = (node: JsonNode): boolean => node.required?.includes(key) ?? false;
      if (onFly !== undefined && onKubernetes !== undefined && isDeepStrictEqual(onFly, onKubernetes))
        return [section(key, "both targets", onFly, required(fly))];
      return [
        ...(onFly ? [section(key, titles.fly, onFly, required(fly))] : []),
        ...(onKubernetes ? [section(key, titles.kubernetes, onKubernetes, required(kubernetes))] : []),
      ];
    }),
  ];
}

const targetMeaning = "Where the stack deploys to. It decides which other keys there are.";

function section(key: string, targets: string, node: JsonNode, required: boolean): string {
  const rows = rowsOf(key, node, required).map(({ path, variant, type, fallback, meaning }) => [
    `\`${path}\`${variant === "" ? "" : ` (${variant})`}`,
    type,
    fallback,
    meaning,
  ]);
  return `## ${key}, on ${targets}\n\n${table(["key", "type", "default", "meaning"], rows)}`;
}

function secretsSection(secrets: readonly SecretRow[]): string {
  const rows = secrets.map(({ name, meaning, targets, needed }) => [
    `\`${name}\``,
    targets.map((target) => titles[target]).join(", "),
    needed,
    meaning,
  ]);
  return [
    "## Secrets",
    "Each by `pulumi config set --secret chatwoot:KEY --stack STACK`; one that is stored in the clear is refused. All other secrets are generated.",
    table(["key", "target", "needed", "meaning"], rows),
  ].join("\n\n");
}
