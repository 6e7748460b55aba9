import { join } from "node:path";
import { openCrypter } from "./passphrase.ts";
import type { Project } from "./project.ts";
import { hasType, typeName } from "./project-config.ts";
import { decryptValue, fullKey, hasSecure, isSecure, readStackFile, type StackFile } from "./stack-file.ts";
import { hasSecret, isSecret, plain, type Props, type Value } from "./values.ts";

/** A stack's configuration for the program. */
export interface StackConfig {
  /** By `namespace:name`; objects and lists as JSON. */
  values: Record<string, string>;
  secretKeys: string[];
}

export interface StackConfigOptions {
  project: Project;
  stack: string;
  /** The stack file. Default: `Pulumi.STACK.yaml` in the project's folder. */
  file?: string;
  /** Required if the file contains secrets. */
  passphrase?: string;
}

/** Reads and decrypts a stack's configuration, and merges it over the project's defaults. */
export async function loadStackConfig(options: StackConfigOptions): Promise<StackConfig & { salt?: string }> {
  const { project, stack, passphrase } = options;
  const file = readStackFile(stackFilePath(options), project.name);
  const config = await decryptConfig(file, passphrase);
  const resolved = resolveConfig(project, stack, config);
  return { ...resolved, ...(file.salt === undefined ? {} : { salt: file.salt }) };
}

export function stackFilePath({
  project,
  stack,
  file,
}: Pick<StackConfigOptions, "project" | "stack" | "file">): string {
  return file ?? join(project.dir, `Pulumi.${stack}.yaml`);
}

async function decryptConfig(file: StackFile, passphrase: string | undefined): Promise<Props> {
  if (!hasSecure(file.config)) return file.config;
  const where = file.path ?? "stack file";
  if (file.salt === undefined) {
    throw new Error(`${where}: contains secrets but no 'encryptionsalt'. Restore the line from a copy of the file.`);
  }
  if (passphrase === undefined) {
    throw new Error(`${where}: contains secrets, and no passphrase is set. Set PULUMI_CONFIG_PASSPHRASE.`);
  }
  const crypter = await openCrypter(passphrase, file.salt);
  const entries = Object.entries(file.config).map(([key, value]) => {
    try {
      return [key, decryptValue(value, crypter)] as const;
    } catch (error) {
      throw new Error(`${where}: '${key}' cannot be decrypted. Set it again with \`pulumi config set --secret\`.`, {
        cause: error,
      });
    }
  });
  return Object.fromEntries(entries);
}

/** Applies the project's `config:` block: defaults, required keys, types. Secrets have envelopes. */
export function resolveConfig(project: Project, stack: string, config: Props): StackConfig {
  const complete: Props = { ...config };
  const missing: string[] = [];
  for (const key of Object.keys(project.config).sort()) {
    const { value } = project.config[key] as Project["config"][string];
    const full = fullKey(key, project.name);
    if (full in complete) continue;
    if (value !== undefined) complete[full] = value;
    else if (full.startsWith(`${project.name}:`)) missing.push(key);
  }
  if (missing.length > 0) {
    const values = missing.length === 1 ? "value" : "values";
    throw new Error(`Stack '${stack}' is missing configuration ${values} ${inWords(missing)}`);
  }
  for (const key of Object.keys(project.config).sort()) validate(project, stack, key, complete);
  const entries = Object.entries(complete);
  return {
    values: Object.fromEntries(entries.map(([key, value]) => [key, configText(value)])),
    secretKeys: entries.filter(([, value]) => hasSecret(value)).map(([key]) => key),
  };
}

function validate(project: Project, stack: string, key: string, config: Props): void {
  const { type, items, secret } = project.config[key] as Project["config"][string];
  if (type === undefined) return;
  const value: Value = config[fullKey(key, project.name)];
  const where = `Stack '${stack}' with configuration key '${key}'`;
  if (secret && !hasSecret(value) && !isSecure(value)) throw new Error(`${where} must be encrypted as it's secret`);
  // YAML numbers and booleans become text, as with `pulumi config set`.
  const content: Value = plain(value);
  const compared: Value = typeof content === "object" || isSecret(content) ? content : String(content);
  if (!hasType(type, items, compared)) throw new Error(`${where} must be of type '${typeName(type, items)}'`);
}

function configText(value: Value): string {
  const content: Value = plain(value);
  return typeof content === "object" && content !== null ? JSON.stringify(content) : String(content ?? "");
}

function inWords(keys: string[]): string {
  const quoted = keys.map((key) => `'${key}'`);
  if (quoted.length === 1) return quoted[0] as string;
  return `${quoted.slice(0, -1).join(", ")} and ${quoted.at(-1) as string}`;
}
