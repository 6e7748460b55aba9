import type * as pulumi from "@pulumi/pulumi";

/** Rails' Active Record encryption; losing them makes second factors and webhook secrets unreadable for ever. */
export interface EncryptionKeys<Secret> {
  primaryKey: Secret;
  deterministicKey: Secret;
  keyDerivationSalt: Secret;
}

/**
 * What a Chatwoot that was made by hand already works with, and what this stack must not make anew when it takes it over.
 * What is left out is generated.
 */
export interface KeptSecrets<Secret = pulumi.Output<string>> {
  secretKeyBase?: Secret;
  encryptionKeys?: EncryptionKeys<Secret>;
  /** Of Chatwoot's role in a database that the stack makes. */
  postgresPassword?: Secret;
}

/** The names of the three keys in Chatwoot's environment. */
export const encryptionKeyNames: Readonly<Record<keyof EncryptionKeys<unknown>, string>> = {
  primaryKey: "ACTIVE_RECORD_ENCRYPTION_PRIMARY_KEY",
  deterministicKey: "ACTIVE_RECORD_ENCRYPTION_DETERMINISTIC_KEY",
  keyDerivationSalt: "ACTIVE_RECORD_ENCRYPTION_KEY_DERIVATION_SALT",
};
