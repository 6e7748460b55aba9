import { secretKeys, type SecretName } from "../../config/secrets.ts";

/** A secret that somebody else issues, and that the stack's configuration holds. */
export interface GivenSecret {
  /** Keys of the configuration that change together. */
  keys: readonly SecretName[];
  /** How to get a second one, while the first still works. */
  issue: string;
  /** How to end the first. */
  revoke: string;
}

const keysOf = (where: string) => ({
  issue: `Make a second pair of keys ${where}, with the rights of the first.`,
  revoke: `Delete the first pair ${where}.`,
});

const database = {
  issue:
    "In PostgreSQL, make a second user with the rights of the first (CREATE ROLE ... LOGIN; GRANT first TO second), or set another password in the minute before the deployment: connections that are open stay open.",
  revoke:
    "Take the first user's right to log in away (ALTER ROLE first NOLOGIN), or nothing where the password changed.",
};

/** By the name that is typed. */
export const givenSecrets: Readonly<Record<string, GivenSecret>> = {
  databaseUrl: { keys: ["databaseUrl"], ...database },
  migrationDatabaseUrl: { keys: ["migrationDatabaseUrl"], ...database },
  factsDatabaseUrl: { keys: ["factsDatabaseUrl"], ...database },
  storageKeys: { keys: ["storageAccessKeyId", "storageSecretAccessKey"], ...keysOf("at the store of the attachments") },
  backupKeys: { keys: ["backupAccessKeyId", "backupSecretAccessKey"], ...keysOf("at the store of the backups") },
  smtpPassword: {
    keys: ["smtpPassword"],
    issue: "Make a second password (or API key) at the mail relay.",
    revoke: "Delete the first one at the relay, when a mail has arrived.",
  },
  inboundMailPassword: {
    keys: ["inboundMailPassword"],
    issue: "Think of the time between: who hands mail over tries again for hours, so nothing is lost.",
    revoke: "Give the new one to the service that hands mail over.",
  },
  oidcClientSecret: {
    keys: ["oidcClientSecret"],
    issue: "Add a second secret to the client at the issuer.",
    revoke: "Delete the first one at the issuer, when somebody has signed in.",
  },
  lokiPassword: {
    keys: ["lokiPassword"],
    issue: "Make a second password or token at Loki.",
    revoke: "Delete the first one at Loki, when new lines arrive.",
  },
  flyLogsToken: {
    keys: ["flyLogsToken"],
    issue: "Make a second token: `flyctl tokens create readonly`.",
    revoke: "Revoke the first: `flyctl tokens list`, `flyctl tokens revoke ID`.",
  },
};

/** What it is, in the words of the configuration. */
export function describeGiven({ keys }: GivenSecret): string {
  return keys.map((key) => secretKeys[key].description).join("; ");
}

/** The name that is typed for a key of the configuration, so that both find it. */
export function givenNamed(name: string): [string, GivenSecret] | undefined {
  return Object.entries(givenSecrets).find(
    ([known, { keys }]) => known === name || (keys as readonly string[]).includes(name),
  );
}
