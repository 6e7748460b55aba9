import { existsSync, readFileSync } from "node:fs";
import { Document, isMap } from "yaml";
import { parseGoYaml } from "./go-yaml.ts";
import { writeFileAtomically } from "./atomic-file.ts";
import { openCrypter, type Crypter } from "./passphrase.ts";
import { isObject, isSecret, mapValue, secret, type Props, type Value } from "./values.ts";

/** A stack's configuration, `Pulumi.STACK.yaml`. */
export interface StackFile {
  /** The file's path, if it exists. */
  path?: string;
  salt?: string;
  /** Keys are `namespace:name`; encrypted values are `{ secure: CIPHERTEXT }`, also deep inside. */
  config: Props;
  /** The YAML document with the rest of the file, including comments. */
  document: Document;
}

/** Reads a stack file; a missing one is empty. Keys without a namespace get the project's. */
export function readStackFile(path: string, project: string): StackFile {
  if (!existsSync(path)) return { config: {}, document: new Document({}) };
  return { path, ...parseStackFile(readFileSync(path, "utf8"), project, path) };
}

export function parseStackFile(text: string, project: string, where = "stack file"): StackFile {
  const document = parseGoYaml(text);
  const [problem] = document.errors;
  if (problem !== undefined) throw new Error(`${where}: not YAML: ${problem.message}. Correct it.`, { cause: problem });
  const content: Value = document.contents === null ? {} : document.toJS();
  if (!isObject(content)) throw new Error(`${where}: not a mapping. Write \`config:\` with the stack's values.`);
  const config: Value = content["config"] ?? {};
  if (!isObject(config)) throw new Error(`${where}: 'config' is not a mapping. Write one entry for each key.`);
  const provider = content["secretsprovider"];
  if (provider !== undefined && provider !== "passphrase" && provider !== "default") {
    throw new Error(
      `${where}: the sandbox engine does not support the secrets provider '${provider}'. Use a passphrase.`,
    );
  }
  const salt = content["encryptionsalt"];
  const entries = Object.entries(config).map(([key, value]) => [fullKey(key, project), value] as const);
  return { config: Object.fromEntries(entries), document, ...(typeof salt === "string" ? { salt } : {}) };
}

/** Converts `key` and the older `namespace:config:key` to Pulumi's current form. */
export function fullKey(key: string, project: string): string {
  const parts = key.split(":");
  if (parts.length === 1) return `${project}:${key}`;
  return parts.length === 3 && parts[1] === "config" ? `${parts[0]}:${parts[2]}` : key;
}

export function isSecure(value: Value): boolean {
  return isObject(value) && typeof value["secure"] === "string" && Object.keys(value).length === 1;
}

/** Whether any part of a value is encrypted. */
export function hasSecure(value: Value): boolean {
  if (isSecure(value)) return true;
  if (Array.isArray(value)) return value.some(hasSecure);
  return isObject(value) && Object.values(value).some(hasSecure);
}

/** The value with every `secure` part decrypted, in a secret envelope. */
export function decryptValue(value: Value, crypter: Pick<Crypter, "decrypt">): Value {
  if (isSecure(value)) return secret(crypter.decrypt(value["secure"]));
  return mapValue(value, (item) => decryptValue(item, crypter));
}

/** The value with every secret envelope encrypted. Pulumi's secrets are strings, so those inside objects are too. */
function encryptValue(value: Value, crypter: Pick<Crypter, "encrypt">, inSecret = false): Value {
  if (isSecret(value)) return encryptValue(value.value, crypter, true);
  if (Array.isArray(value) || isObject(value)) return mapValue(value, (item) => encryptValue(item, crypter, inSecret));
  return inSecret ? { secure: crypter.encrypt(String(value)) } : value;
}

/** `overlay` over `base`: objects merge key by key, everything else is replaced. */
export function mergeValues(base: Value, overlay: Value): Value {
  const mergeable = (value: Value): boolean => isObject(value) && !isSecure(value) && !isSecret(value);
  if (!mergeable(base) || !mergeable(overlay)) return overlay;
  const merged: Props = { ...base };
  for (const [key, value] of Object.entries(overlay as Props)) {
    // `__proto__` is a key like any other.
    const known: Value = Object.hasOwn(base, key) ? base[key] : undefined;
    Object.defineProperty(merged, key, {
      value: known === undefined ? value : mergeValues(known, value),
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return merged;
}

/** A null removes the base's value. */
function withoutNulls(value: Value): Value {
  if (!isObject(value)) return value;
  const kept = Object.entries(value).filter(([, item]) => item !== null);
  return Object.fromEntries(kept.map(([key, item]) => [key, withoutNulls(item)]));
}

export interface LayOver {
  file: StackFile;
  /** Values by `namespace:name`; a secret envelope (`secret(value)`), also deep inside, is encrypted. */
  overlay: Props;
  passphrase: string;
}

/** The text of a stack file merged with values; also readable by `pulumi --config-file`. */
export async function layOver({ file, overlay, passphrase }: LayOver): Promise<{ text: string; salt: string }> {
  const crypter = await openCrypter(passphrase, file.salt);
  const document = file.document.clone();
  if (!isMap(document.contents)) document.contents = document.createNode({});
  const config = withoutNulls(mergeValues(file.config, encryptValue(overlay, crypter)));
  document.set("encryptionsalt", crypter.salt);
  document.set("config", document.createNode(config));
  return { text: document.toString({ lineWidth: 0 }), salt: crypter.salt };
}

/** Writes a private stack file. */
export async function writeStackFile(path: string, text: string): Promise<void> {
  await writeFileAtomically(path, text);
}
