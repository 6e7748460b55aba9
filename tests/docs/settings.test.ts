import { expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import type { JsonNode } from "../../scripts/reference/doc-comments.ts";
import { settings } from "../../scripts/reference/settings.ts";
import { secretNames } from "../../config/secrets.ts";
import { allPages, parsePage, type Page } from "./markdown.ts";
import { root } from "./repository.ts";

const targets = Object.values(settings(root));
const topKeys = new Set(targets.flatMap(({ properties }) => Object.keys(properties ?? {})));

/** Text that looks like a setting and is not: a file, a domain, events of the pipeline, values of the official chart. */
const others = [
  /^fly\.(toml|dev)$/,
  /^support\.webhook\./,
  /^image\.(repository|tag|pullPolicy)$/,
  /^(web|worker)\.(replicaCount|resources)$/,
];

/** Whether some variant of a stack has the key. */
function exists(path: readonly string[], node: JsonNode): boolean {
  const variants = [...(node.oneOf ?? []), ...(node.anyOf ?? [])];
  if (variants.length > 0) return variants.some((variant) => exists(path, variant));
  if (node.items !== undefined) return exists(path, node.items);
  const [head, ...rest] = path;
  if (head === undefined) return true;
  const child = node.properties?.[head];
  if (child !== undefined) return exists(rest, child);
  return typeof node.additionalProperties === "object" && exists(rest, node.additionalProperties);
}

const isKey = (path: string): boolean =>
  secretNames.some((name) => name === path) || targets.some((target) => exists(path.split("."), target));

/** Every key of a YAML example, with its parents. */
function yamlKeys(value: unknown, path = ""): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => yamlKeys(item, path));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, child]) => {
    const below = path === "" ? key : `${path}.${key}`;
    return [below, ...yamlKeys(child, below)];
  });
}

/** Keys on a page that no stack can have. */
function unknownKeys({ inlineCode, blocks }: Page): string[] {
  const inText = [...inlineCode, ...blocks.filter(({ language }) => language === "sh")].flatMap(({ at, text }) =>
    [...text.matchAll(/(?<![/\w])chatwoot:([a-z][A-Za-z0-9]*(?:\.[A-Za-z0-9]+)*)(?!\w)/g)].map(([, path]) => ({
      at,
      path: path as string,
    })),
  );
  const withoutPrefix = inlineCode
    .filter(
      ({ text }) =>
        /^[a-z]\w*(\.[a-z]\w*)+$/i.test(text) &&
        topKeys.has(text.split(".")[0] as string) &&
        !others.some((other) => other.test(text)),
    )
    .map(({ at, text }) => ({ at, path: text }));
  const inYaml = blocks
    .filter(({ language }) => language === "yaml")
    .flatMap(({ at, text }) =>
      parseAllDocuments(text)
        .flatMap((document) => yamlKeys(document.toJS()))
        .map((key) => key.replace(/^config\./, ""))
        .filter((key) => key.startsWith("chatwoot:"))
        .map((key) => ({ at, path: key.slice("chatwoot:".length) })),
    );
  return [...inText, ...withoutPrefix, ...inYaml]
    .filter(({ path }) => !isKey(path))
    .map(({ at, path }) => `${at}: ${path}`);
}

test("every setting on a page exists", () => {
  // Only that page lists the outputs, which have other names.
  const named = allPages().filter(({ path }) => path !== "docs/reference/outputs.md");
  expect(named.flatMap(unknownKeys)).toEqual([]);
});

test("detects an unknown setting in text, commands and examples", () => {
  const text = [
    "`chatwoot:wbe` `fly.redis.paln` `fly.redis.plan` `chatwoot:databaseUrl`",
    "```sh\npulumi config set chatwoot:urll x\n```",
    "```yaml\nchatwoot:web: { counts: 1 }\n```",
  ].join("\n\n");
  expect(unknownKeys(parsePage("a.md", text))).toEqual([
    "a.md:1: wbe",
    "a.md:3: urll",
    "a.md:1: fly.redis.paln",
    "a.md:7: web.counts",
  ]);
});
