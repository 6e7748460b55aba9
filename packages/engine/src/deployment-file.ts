import { createHash } from "node:crypto";
import type { Crypter } from "./passphrase.ts";
import type { Checkpoint, PendingOperation, ResourceState } from "./resource-state.ts";
import { isObject, isSecret, mapValue, plain, secret, secretSignature, signatureKey, type Value } from "./values.ts";

/** The engine version in the state's manifest. */
const engineVersion = "v3.0.0-sandbox";
/** The properties that can hold secrets. */
const sealedFields = ["inputs", "outputs", "replacementTrigger"] as const;

/**
 * Encrypts and decrypts the secrets of a state. An unchanged secret keeps its ciphertext, so that two states of the same
 * resources compare equal.
 */
export class Sealer {
  readonly #encrypter: Crypter;
  readonly #known = new Map<string, string>();

  constructor(encrypter: Crypter) {
    this.#encrypter = encrypter;
  }

  get salt(): string {
    return this.#encrypter.salt;
  }

  seal(value: Value, at: string): Value {
    if (!isSecret(value)) return mapValue(value, (item, key) => this.seal(item, `${at}/${key}`));
    const text = JSON.stringify(plainSecrets(value));
    const name = `${at}|${text}`;
    const ciphertext = this.#known.get(name) ?? this.#encrypter.encrypt(text);
    this.#known.set(name, ciphertext);
    return { [signatureKey]: secretSignature, ciphertext };
  }

  /** `decrypter` differs from the encrypter's if the stack file has a new salt. */
  open(value: Value, at: string, decrypter: Crypter): Value {
    if (!isObject(value) || value[signatureKey] !== secretSignature) {
      return mapValue(value, (item, key) => this.open(item, `${at}/${key}`, decrypter));
    }
    if (typeof value["plaintext"] === "string") return secret(JSON.parse(value["plaintext"]));
    const text = decrypter.decrypt(value["ciphertext"]);
    if (decrypter.salt === this.salt) this.#known.set(`${at}|${text}`, value["ciphertext"]);
    return secret(JSON.parse(text));
  }
}

/** The content of an envelope without inner envelopes; resource references are kept. */
function plainSecrets(value: Value): Value {
  return isSecret(value) ? plainSecrets(value.value) : mapValue(value, plainSecrets);
}

function eachSealed(resource: ResourceState, change: (value: Value, at: string) => Value): ResourceState {
  const result = { ...resource };
  for (const key of sealedFields) {
    if (result[key] !== undefined) result[key] = change(result[key], `${resource.urn}#${key}`);
  }
  return result;
}

/** The text of a state file, in the format of `pulumi stack export` and `pulumi stack import`. */
export function renderDeployment(checkpoint: Checkpoint, sealer: Sealer): string {
  const sealed = (resource: ResourceState): ResourceState =>
    eachSealed(resource, (value, at) => sealer.seal(value, at));
  const pending = checkpoint.pendingOperations.map(({ resource, type }) => ({ resource: sealed(resource), type }));
  const deployment = {
    manifest: {
      time: new Date().toISOString(),
      magic: createHash("sha256").update(engineVersion).digest("hex"),
      version: engineVersion,
    },
    secrets_providers: { type: "passphrase", state: { salt: sealer.salt } },
    resources: checkpoint.resources.map(sealed),
    ...(pending.length > 0 ? { pending_operations: pending } : {}),
    metadata: {},
  };
  return `${JSON.stringify({ version: 3, deployment }, null, 2)}\n`;
}

export interface StoredDeployment {
  salt?: string;
  resources: ResourceState[];
  pendingOperations: PendingOperation[];
}

/** Parses a state file; its secrets stay encrypted. */
export function parseDeployment(text: string, file: string): StoredDeployment {
  let document: Value;
  try {
    document = JSON.parse(text);
  } catch (error) {
    throw new Error(`${file}: not JSON. Restore the state from a copy, or remove it.`, { cause: error });
  }
  const deployment = isObject(document) ? document["deployment"] : undefined;
  if (!isObject(document) || document["version"] !== 3 || !isObject(deployment)) {
    throw new Error(`${file}: not a Pulumi deployment of version 3. Use the output of \`pulumi stack export\`.`);
  }
  const provider = deployment["secrets_providers"];
  if (isObject(provider) && provider["type"] !== undefined && provider["type"] !== "passphrase") {
    throw new Error(
      `${file}: the sandbox engine does not support the secrets provider '${provider["type"]}'. Export the stack with a passphrase.`,
    );
  }
  const salt = isObject(provider) ? provider["state"]?.salt : undefined;
  return {
    ...(typeof salt === "string" ? { salt } : {}),
    resources: deployment["resources"] ?? [],
    pendingOperations: deployment["pending_operations"] ?? [],
  };
}

/** Decrypts the secrets of a parsed state. */
export function openDeployment(stored: StoredDeployment, sealer: Sealer, decrypter: Crypter): Checkpoint {
  const open = (resource: ResourceState): ResourceState =>
    eachSealed(resource, (value, at) => sealer.open(value, at, decrypter));
  return {
    resources: stored.resources.map(open),
    pendingOperations: stored.pendingOperations.map(({ resource, type }) => ({ resource: open(resource), type })),
  };
}

/** A checkpoint with plaintext secrets, for `--show-secrets`. */
export function plainCheckpoint(checkpoint: Checkpoint): Checkpoint {
  return { ...checkpoint, resources: checkpoint.resources.map((resource) => eachSealed(resource, plain)) };
}
