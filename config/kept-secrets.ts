import type * as pulumi from "@pulumi/pulumi";

/** Keys of Rails' Active Record encryption. Without them, second factors and webhook secrets are unreadable. */
export interface EncryptionKeys<Secret> {
  primaryKey: Secret;
  deterministicKey: Secret;
  keyDerivationSalt: Secret;
}

/**
 * Secrets of an existing Chatwoot that this stack keeps when it adopts it. Omitted secrets are generated.
 */
export interface KeptSecrets<Secret = pulumi.Output<string>> {
  secretKeyBase?: Secret;
  encryptionKeys?: EncryptionKeys<Secret>;
  /** Password of Chatwoot's role in a database that the stack creates. */
  postgresPassword?: Secret;
}

/** The names of the keys in Chatwoot's environment. */
export const encryptionKeyNames: Readonly<Record<keyof EncryptionKeys<unknown>, string>> = {
  primaryKey: "ACTIVE_RECORD_ENCRYPTION_PRIMARY_KEY",
  deterministicKey: "ACTIVE_RECORD_ENCRYPTION_DETERMINISTIC_KEY",
  keyDerivationSalt: "ACTIVE_RECORD_ENCRYPTION_KEY_DERIVATION_SALT",
};
