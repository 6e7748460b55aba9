import { createCipheriv, createDecipheriv, createHash, pbkdf2, randomBytes } from "node:crypto";
import { promisify } from "node:util";

/** Encrypts and decrypts the secrets of one stack. */
export interface Crypter {
  /** The `encryptionsalt` of a stack file: the salt and a probe that detects a wrong passphrase. */
  readonly salt: string;
  readonly encrypt: (text: string) => string;
  readonly decrypt: (ciphertext: string) => string;
}

/**
 * The passphrase does not match the salt.
 */
export class WrongPassphraseError extends Error {
  constructor() {
    super("passphrase: incorrect passphrase. Set PULUMI_CONFIG_PASSPHRASE to the one that encrypted this stack.");
    this.name = "WrongPassphraseError";
  }
}

const ITERATIONS = 1_000_000;
const KEY_BYTES = 32;
const SALT_BYTES = 8;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const PROBE = "pulumi";
const KEYS_KEPT = 32;

/** Deriving a key takes 0.25 s, and a stack file and its state share one. */
const keys = new Map<string, Promise<Buffer>>();

function deriveKey(passphrase: string, salt: Buffer): Promise<Buffer> {
  const name = `${salt.toString("base64")}:${createHash("sha256").update(passphrase).digest("base64")}`;
  let key = keys.get(name);
  if (key === undefined) {
    key = promisify(pbkdf2)(passphrase, salt, ITERATIONS, KEY_BYTES, "sha256");
    if (keys.size >= KEYS_KEPT) keys.delete(keys.keys().next().value as string);
    keys.set(name, key);
  }
  return key;
}

/**
 * Creates a crypter for Pulumi's passphrase scheme: with a salt for an existing stack, without one for a new stack. An
 * existing stack requires the passphrase, because its secrets could not be read.
 */
export async function openCrypter(passphrase: string, salt?: string): Promise<Crypter> {
  if (salt === undefined) {
    const raw = randomBytes(SALT_BYTES);
    const key = await deriveKey(passphrase, raw);
    return crypterOf(key, `v1:${raw.toString("base64")}:${encrypt(key, PROBE)}`);
  }
  const [version, raw, ...probe] = salt.split(":");
  if (version !== "v1" || raw === undefined || probe.length !== 3) {
    throw new Error("encryptionsalt: not of the form v1:SALT:v1:NONCE:CIPHERTEXT. Restore it from a copy of the file.");
  }
  const key = await deriveKey(passphrase, Buffer.from(raw, "base64"));
  let answer: string | undefined;
  try {
    answer = decrypt(key, probe.join(":"));
  } catch {
    // Both a wrong key and a damaged probe fail the authentication.
  }
  if (answer !== PROBE) throw new WrongPassphraseError();
  return crypterOf(key, salt);
}

function crypterOf(key: Buffer, salt: string): Crypter {
  return { salt, encrypt: (text) => encrypt(key, text), decrypt: (ciphertext) => decrypt(key, ciphertext) };
}

function encrypt(key: Buffer, text: string): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv("aes-256-gcm", key, nonce);
  const body = Buffer.concat([cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()]);
  return `v1:${nonce.toString("base64")}:${body.toString("base64")}`;
}

function decrypt(key: Buffer, ciphertext: string): string {
  const [version, nonce, body, ...rest] = ciphertext.split(":");
  if (version !== "v1" || nonce === undefined || body === undefined || rest.length > 0) {
    throw new Error(
      "secret: not of the form v1:NONCE:CIPHERTEXT. Set the value again with `pulumi config set --secret`.",
    );
  }
  const bytes = Buffer.from(body, "base64");
  const decipher = createDecipheriv("aes-256-gcm", key, Buffer.from(nonce, "base64"), { authTagLength: TAG_BYTES });
  decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
  return Buffer.concat([decipher.update(bytes.subarray(0, -TAG_BYTES)), decipher.final()]).toString("utf8");
}
