import { secretKeys, type SecretName } from "../../config/secrets.ts";

/** A secret of the configuration that another system issues. */
export interface GivenSecret {
  /** Configuration keys that change together. */
  keys: readonly SecretName[];
  /** How to get a second secret while the first works. */
  issue: string;
  /** How to revoke the first. */
  revoke: string;
}

const keysOf = (where: string) => ({
  issue: `Create a second key pair ${where}, with the permissions of the first.`,
  revoke: `Delete the first key pair ${where}.`,
});

const database = {
  issue:
    "In PostgreSQL, create a second user with the privileges of the first (CREATE ROLE ... LOGIN; GRANT first TO second), or change the password right before the deployment: open connections are kept.",
  revoke: "Revoke the first user's login (ALTER ROLE first NOLOGIN). Skip this if only the password changed.",
};

/** By the argument of `rotate`. */
export const givenSecrets: Readonly<Record<string, GivenSecret>> = {
  databaseUrl: { keys: ["databaseUrl"], ...database },
  migrationDatabaseUrl: { keys: ["migrationDatabaseUrl"], ...database },
  factsDatabaseUrl: { keys: ["factsDatabaseUrl"], ...database },
  redisUrl: {
    keys: ["redisUrl"],
    issue:
      "At the provider of Redis, create a second password or user that is valid beside the first. Where it has one password only, change it right before the deployment: open connections are kept, new ones fail until web and worker have restarted.",
    revoke: "Delete the first password or user.",
  },
  storageKeys: {
    keys: ["storageAccessKeyId", "storageSecretAccessKey"],
    ...keysOf("at the object store of the attachments"),
  },
  backupKeys: { keys: ["backupAccessKeyId", "backupSecretAccessKey"], ...keysOf("at the object store of the backups") },
  smtpPassword: {
    keys: ["smtpPassword"],
    issue: "Create a second password or API key at the mail relay.",
    revoke: "Delete the first one at the relay after a mail has arrived.",
  },
  inboundMailPassword: {
    keys: ["inboundMailPassword"],
    issue: "Expect rejected deliveries until the last step: the mail service retries for hours, so no mail is lost.",
    revoke: "Set the new password at the service that delivers mail.",
  },
  oidcClientSecret: {
    keys: ["oidcClientSecret"],
    issue: "Add a second secret to the client at the issuer.",
    revoke: "Delete the first one at the issuer after a successful sign-in.",
  },
  lokiPassword: {
    keys: ["lokiPassword"],
    issue: "Create a second password or token at Loki.",
    revoke: "Delete the first one at Loki after new lines have arrived.",
  },
  flyLogsToken: {
    keys: ["flyLogsToken"],
    issue: "Create a second token: `flyctl tokens create readonly`.",
    revoke: "Revoke the first token: `flyctl tokens list`, `flyctl tokens revoke ID`.",
  },
};

export function describeGiven({ keys }: GivenSecret): string {
  return keys.map((key) => secretKeys[key].description).join("; ");
}

/** Finds a secret by its name or by one of its configuration keys. */
export function givenNamed(name: string): [string, GivenSecret] | undefined {
  return Object.entries(givenSecrets).find(
    ([known, { keys }]) => known === name || (keys as readonly string[]).includes(name),
  );
}
