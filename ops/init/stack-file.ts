import { readFileSync } from "node:fs";
import { isMap, parseDocument, type Document } from "yaml";
import type { Target } from "../../config/schema.ts";
import type { Answers, Question } from "./questions.ts";

/** The commented stack file of a target, with examples as values. */
const example = (target: Target): string => readFileSync(new URL(`${target}.yaml`, import.meta.url), "utf8");

/** What a vault adds to the answers. */
export interface FoundServers {
  /** The relay of `chatwoot:mail`. */
  relay: Record<string, unknown> | undefined;
  hasDatabase: boolean;
  hasRedis: boolean;
}

/** The stack file with the answers in place of the examples, as Pulumi writes it. Keeps what `existing` has. */
export function stackFileText(
  target: Target,
  questions: readonly Question[],
  answers: Answers,
  { relay, hasDatabase, hasRedis }: FoundServers,
  existing = "",
): string {
  const file = parseDocument(example(target));
  const set = (path: readonly string[], value: unknown): void =>
    file.setIn(["config", ...path], file.createNode(value, { flow: true }));
  for (const { name, places } of questions) for (const path of places) set(path, answers[name]);
  if (target === "fly") {
    set(["chatwoot:storage", "bucket"], `${answers["app"]}-attachments`);
    set(["chatwoot:fly", "redis", "name"], `${answers["app"]}-redis`);
  } else {
    if (hasDatabase) set(["chatwoot:kubernetes", "postgres"], { kind: "external" });
    if (hasRedis) set(["chatwoot:kubernetes", "redis"], { kind: "external" });
  }
  if (relay !== undefined) set(["chatwoot:mail", "smtp"], relay);
  keep(file, parseDocument(existing));
  return file.toString({ flowCollectionPadding: false, lineWidth: 0 });
}

/** The values of a stack file by key, or undefined if it has no settings yet, only what Pulumi and secrets wrote. */
export function settingsIn(text: string): Record<string, unknown> | undefined {
  const { config = {} } = (parseDocument(text).toJS() ?? {}) as { config?: Record<string, unknown> };
  return Object.entries(config).some(([, value]) => !isEncrypted(value)) ? config : undefined;
}

/** The keys of a stack file whose values are encrypted. */
export function encryptedIn(text: string): string[] {
  const { config = {} } = (parseDocument(text).toJS() ?? {}) as { config?: Record<string, unknown> };
  return Object.entries(config)
    .filter(([, value]) => isEncrypted(value))
    .map(([key]) => key);
}

const isEncrypted = (value: unknown): boolean => typeof value === "object" && value !== null && "secure" in value;

function keep(file: Document, existing: Document): void {
  if (!isMap(existing.contents)) return;
  for (const { key, value } of existing.contents.items) if (String(key) !== "config") file.set(String(key), value);
  const config = existing.get("config");
  if (isMap(config)) for (const { key, value } of config.items) file.setIn(["config", String(key)], value);
}
