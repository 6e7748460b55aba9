import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { RotationConfig } from "../../config/schema/rotation.ts";
import type { EncryptionKeys } from "../../config/kept-secrets.ts";
import { secretsFingerprint } from "../../lib/fingerprint.ts";
import type { KeptSecrets } from "../../config/kept-secrets.ts";

type Secret = pulumi.Output<string>;

/**
 * Secrets that are generated once and stored in the stack's encrypted state.
 *
 * `RandomPassword` throughout, because the id of a `RandomBytes` or `RandomId` is its value in clear text. The roots,
 * which must never change, are protected: a new SECRET_KEY_BASE invalidates every session and attachment link, and new
 * encryption keys make second factors and webhook secrets unreadable. The others can rotate: replace the
 * resource (`pulumi up --replace URN`) or raise its number in `chatwoot:rotation`, and the same run carries the new value
 * to everything that uses it.
 *
 * The roots of an adopted Chatwoot are kept instead.
 */
export class GeneratedSecrets extends pulumi.ComponentResource {
  /** 128 hexadecimal digits. */
  readonly secretKeyBase: Secret;
  readonly encryptionKeys: EncryptionKeys<Secret>;
  /** 24 characters of the four classes that Chatwoot requires. */
  readonly adminPassword: Secret;
  /** 32 letters and digits: the token of the service user that API clients use. */
  readonly apiToken: Secret;
  /** 32 letters and digits: the signing key of webhooks. */
  readonly webhookSecret: Secret;

  constructor(
    name: string,
    kept: KeptSecrets = {},
    rotation: Pick<RotationConfig, "apiToken" | "webhookSecret"> = {},
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("chatwoot:chatwoot:GeneratedSecrets", name, {}, opts);
    const root = { parent: this, protect: true };

    // Hexadecimal: ten digits, and six letters as the "special" characters.
    const hexadecimal = { length: 128, lower: false, upper: false, special: true, overrideSpecial: "abcdef" };
    const { secretKeyBase, encryptionKeys } = kept;
    const generated = new random.RandomPassword(`${name}-secret-key-base`, hexadecimal, root).result;
    const own = { kept: secretKeyBase, fingerprintKey: secretKeyBase ?? generated };
    this.secretKeyBase = keepInstead(`${name}-secret-key-base`, generated, own, root);
    const encryptionKey = (part: string, value: Secret | undefined): Secret =>
      keptPassword(`${name}-encryption-${part}`, 32, { kept: value, fingerprintKey: this.secretKeyBase }, root);
    this.encryptionKeys = {
      primaryKey: encryptionKey("primary-key", encryptionKeys?.primaryKey),
      deterministicKey: encryptionKey("deterministic-key", encryptionKeys?.deterministicKey),
      keyDerivationSalt: encryptionKey("key-derivation-salt", encryptionKeys?.keyDerivationSalt),
    };
    const allClasses = {
      length: 24,
      minLower: 1,
      minUpper: 1,
      minNumeric: 1,
      minSpecial: 1,
      overrideSpecial: "!@#%^*_-+=",
    };
    this.adminPassword = new random.RandomPassword(`${name}-admin-password`, allClasses, { parent: this }).result;
    this.apiToken = password(`${name}-api-token`, 32, { parent: this }, rotation.apiToken);
    this.webhookSecret = password(`${name}-webhook-secret`, 32, { parent: this }, rotation.webhookSecret);
    this.registerOutputs();
  }
}

/**
 * A generated password of letters and digits, safe in addresses, shells and files. Increase `rotation` to rotate it.
 */
export function password(name: string, length: number, opts: pulumi.CustomResourceOptions, rotation?: number): Secret {
  const keepers = rotation === undefined ? {} : { keepers: { rotation: String(rotation) } };
  return new random.RandomPassword(name, { length, special: false, ...keepers }, opts).result;
}

interface Kept {
  /** The existing value, if any. */
  kept: Secret | undefined;
  /** Keys the fingerprint of the value. */
  fingerprintKey: Secret;
}

/** A generated password, unless one is kept; `opts` protect it. */
export function keptPassword(
  name: string,
  length: number,
  { kept, fingerprintKey }: Kept,
  opts: pulumi.CustomResourceOptions,
): Secret {
  const generated = password(name, length, opts);
  return keepInstead(name, generated, { kept, fingerprintKey }, opts);
}

/**
 * Returns the kept value and ties it to a protected resource. Removing or changing it in the configuration would delete or
 * replace that resource, so the preview fails before Chatwoot gets another key.
 */
function keepInstead(
  name: string,
  generated: Secret,
  { kept, fingerprintKey }: Kept,
  opts: pulumi.CustomResourceOptions,
): Secret {
  if (kept === undefined) return generated;
  const fingerprint = pulumi.all([fingerprintKey, kept]).apply(([key, value]) => secretsFingerprint(key, { value }));
  new random.RandomUuid(`${name}-kept`, { keepers: { value: pulumi.unsecret(fingerprint) } }, opts);
  return kept;
}
