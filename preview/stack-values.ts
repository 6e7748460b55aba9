import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  isObject,
  mergeValues,
  readGoYaml,
  resolveConfig,
  secret,
  fullKey,
  isSecure,
  type Project,
  type Props,
  type StackConfig,
  type Value,
} from "pulumi-embedded-engine";
import { placeholderOf } from "./placeholders.ts";

/** A stack's configuration with the sandbox's secrets, otherwise placeholders. Decrypts nothing. */
export function previewConfig(project: Project, stack: string, chart: string): StackConfig {
  const file = readConfig(project, stack);
  const placeholders = sandboxSecrets(project, stack);
  const own = withoutSecure(file, project.name, placeholders);
  const secrets = Object.fromEntries(Object.entries(placeholders).map(([key, value]) => [key, secret(value)]));
  const onCluster = own[`${project.name}:target`] === "kubernetes";
  const charted = onCluster ? { [`${project.name}:kubernetes`]: { chart: { path: chart } } } : {};
  return resolveConfig(project, stack, mergeValues(mergeValues(charted, own), secrets) as Props);
}

/** The ciphertexts of a stack file, by key. */
export function encryptedKeys(project: Project, stack: string): Map<string, string> {
  const found = new Map<string, string>();
  const visit = (value: Value, path: string): void => {
    if (isSecure(value)) found.set(path, value["secure"]);
    else if (Array.isArray(value)) value.forEach((item, i) => visit(item, `${path}[${i}]`));
    else if (isObject(value)) Object.entries(value).forEach(([key, item]) => visit(item, `${path}.${key}`));
  };
  Object.entries(readConfig(project, stack)).forEach(([key, value]) => visit(value, key));
  return found;
}

export function hasStackFile(project: Project, stack: string): boolean {
  return existsSync(stackFile(project, stack));
}

const stackFile = ({ dir }: Project, stack: string): string => join(dir, `Pulumi.${stack}.yaml`);

function readConfig(project: Project, stack: string): Props {
  const document: Value = readGoYaml(readFileSync(stackFile(project, stack), "utf8"));
  const config: Value = isObject(document) ? document["config"] : undefined;
  const entries = Object.entries(isObject(config) ? config : {});
  return Object.fromEntries(entries.map(([key, value]) => [fullKey(key, project.name), value]));
}

function sandboxSecrets({ dir }: Project, stack: string): Record<string, string> {
  const file = join(dir, "sandbox", "values", `${stack}.yaml`);
  const document: Value = existsSync(file) ? readGoYaml(readFileSync(file, "utf8")) : {};
  return document?.["secrets"] ?? {};
}

/** The configuration with a secret in place of each encrypted value: the sandbox's, otherwise one of the same form. */
function withoutSecure(file: Props, project: string, placeholders: Record<string, string>): Props {
  const names = Object.entries(file).map(([key, value]) => [nameOf(key, project), value] as const);
  const settings: Props = Object.fromEntries(names);
  const replace = (value: Value, key: string): Value => {
    if (isSecure(value)) return secret(placeholders[key] ?? placeholderOf(nameOf(key, project), settings));
    if (Array.isArray(value)) return value.map((item) => replace(item, key));
    if (!isObject(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, replace(item, key)]));
  };
  return Object.fromEntries(Object.entries(file).map(([key, value]) => [key, replace(value, key)]));
}

function nameOf(key: string, project: string): string {
  return key.startsWith(`${project}:`) ? key.slice(project.length + 1) : key;
}
