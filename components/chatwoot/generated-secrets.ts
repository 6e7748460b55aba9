import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { EncryptionKeys } from "./environment.ts";
import { secretsFingerprint } from "./fingerprint.ts";
import type { KeptSecrets } from "./kept-secrets.ts";

type Secret = pulumi.Output<string>;

/**
 * The secrets that nobody chooses, generated once and kept in the stack's encrypted state.
 *
 * `RandomPassword` throughout, because the id of a `RandomBytes` or `RandomId` is its value in clear text. The roots,
 * which must never change, are protected: with another SECRET_KEY_BASE every session and every attachment link is void,
 * with other encryption keys second factors and webhook secrets are unreadable. The others may rotate: replace the
 * resource (`pulumi up --replace URN`), and the same run carries the new value to everything that uses it.
 *
 * Roots that a Chatwoot taken over has already are kept instead: see `keeper`.
 */
export class GeneratedSecrets extends pulumi.ComponentResource {
  /** 128 hexadecimal digits. */
  readonly secretKeyBase: Secret;
  readonly encryptionKeys: EncryptionKeys<Secret>;
  /** 24 characters of the four classes that Chatwoot demands. */
  readonly adminPassword: Secret;
  /** 32 letters and digits: the token of the service user that API clients use. */
  readonly apiToken: Secret;
  /** 32 letters and digits: the key of the signatures on webhooks. */
  readonly webhookSecret: Secret;

  constructor(name: string, kept: KeptSecrets = {}, opts?: pulumi.ComponentResourceOptions) {
    super("chatwoot:chatwoot:GeneratedSecrets", name, {}, opts);
    const root = { parent: this, protect: true };

    // Hexadecimal is the ten digits, and six letters given as the "special" ones.
    const hexadecimal = { length: 128, lower: false, upper: false, special: true, overrideSpecial: "abcdef" };
    const { secretKeyBase, encryptionKeys } = kept;
    const generated = new random.RandomPassword(
      `${name}-secret-key-base`,
      { ...hexadecimal, ...keeper(secretKeyBase, secretKeyBase) },
      root,
    );
    this.secretKeyBase = secretKeyBase ?? generated.result;
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
    this.apiToken = password(`${name}-api-token`, 32, { parent: this });
    this.webhookSecret = password(`${name}-webhook-secret`, 32, { parent: this });
    this.registerOutputs();
  }
}

/** A generated password of letters and digits, safe in addresses, shells and files. */
export function password(name: string, length: number, opts: pulumi.CustomResourceOptions): Secret {
  return new random.RandomPassword(name, { length, special: false }, opts).result;
}

/** A generated password, unless one is kept; `opts` protect it. */
export function keptPassword(
  name: string,
  length: number,
  { kept, fingerprintKey }: { kept: Secret | undefined; fingerprintKey: Secret },
  opts: pulumi.CustomResourceOptions,
): Secret {
  const args = { length, special: false, ...keeper(kept, fingerprintKey) };
  const { result } = new random.RandomPassword(name, args, opts);
  return kept ?? result;
}

/**
 * Ties the resource to the value that is kept in its place. Whoever removes, changes or adds that value in the
 * configuration of a stack that is deployed would replace the resource, which is protected: refused, in the preview.
 */
function keeper(kept: Secret | undefined, fingerprintKey: Secret | undefined): Partial<random.RandomPasswordArgs> {
  if (kept === undefined || fingerprintKey === undefined) return {};
  const fingerprint = pulumi.all([fingerprintKey, kept]).apply(([key, value]) => secretsFingerprint(key, { value }));
  return { keepers: { kept: pulumi.unsecret(fingerprint) } };
}
