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

const iterations = 1_000_000;
const keyBytes = 32;
const saltBytes = 8;
const nonceBytes = 12;
const tagBytes = 16;
const probeText = "pulumi";
const keysKept = 32;

/** Deriving a key takes 0.25 s, and a stack file and its state share one. */
const keys = new Map<string, Promise<Buffer>>();

function deriveKey(passphrase: string, salt: Buffer): Promise<Buffer> {
  const name = `${salt.toString("base64")}:${createHash("sha256").update(passphrase).digest("base64")}`;
  let key = keys.get(name);
  if (key === undefined) {
    key = promisify(pbkdf2)(passphrase, salt, iterations, keyBytes, "sha256");
    if (keys.size >= keysKept) keys.delete(keys.keys().next().value as string);
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
    const raw = randomBytes(saltBytes);
    const key = await deriveKey(passphrase, raw);
    return crypterOf(key, `v1:${raw.toString("base64")}:${encrypt(key, probeText)}`);
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
  if (answer !== probeText) throw new WrongPassphraseError();
  return crypterOf(key, salt);
}

function crypterOf(key: Buffer, salt: string): Crypter {
  return { salt, encrypt: (text) => encrypt(key, text), decrypt: (ciphertext) => decrypt(key, ciphertext) };
}

function encrypt(key: Buffer, text: string): string {
  const nonce = randomBytes(nonceBytes);
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
  const decipher = createDecipheriv("aes-256-gcm", key, Buffer.from(nonce, "base64"), { authTagLength: tagBytes });
  decipher.setAuthTag(bytes.subarray(-tagBytes));
  return Buffer.concat([decipher.update(bytes.subarray(0, -tagBytes)), decipher.final()]).toString("utf8");
}
