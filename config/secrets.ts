import type { FlyConfig, KubernetesConfig } from "./schema.ts";

/** The settings as far as they could be read: secrets are asked for even when something else is wrong. */
export type PartialSettings = Partial<Omit<FlyConfig, "target" | "storage">> &
  Partial<Omit<KubernetesConfig, "target">> & { target: "fly" | "kubernetes" };

interface SecretKey {
  description: string;
  /** Whether a stack with these settings can use it. */
  allowed: (settings: PartialSettings) => boolean;
  /** Whether a stack with these settings cannot do without it. */
  required: (settings: PartialSettings) => boolean;
}

const onFly = ({ target }: PartialSettings): boolean => target === "fly";
const usesS3 = ({ storage }: PartialSettings): boolean => storage?.kind === "s3";
const authenticatesMail = ({ mail }: PartialSettings): boolean =>
  mail?.smtp !== undefined && mail.smtp.authentication !== "none";
const receivesMail = ({ mail }: PartialSettings): boolean => mail?.inbound !== undefined;
const backsUp = ({ fly, kubernetes }: PartialSettings): boolean =>
  fly?.backup !== undefined || kubernetes?.postgres.backup?.credentials.from === "config";
const shipsLogs = ({ fly }: PartialSettings): boolean => fly?.logs !== undefined;
const signsOn = ({ kubernetes }: PartialSettings): boolean => kubernetes?.sso?.credentials.from === "config";

const usesFacts = ({ support }: PartialSettings): boolean =>
  support?.facts !== undefined || support?.schedules.runner === "stack";

const fetchesMail = ({ inboxes }: PartialSettings): boolean =>
  inboxes?.some((inbox) => inbox.kind === "email" && inbox.imap !== undefined) ?? false;

function needed(when: (settings: PartialSettings) => boolean, description: string): SecretKey {
  return { description, allowed: when, required: when };
}

/** Every secret that a user sets with `pulumi config set --secret`. All others are generated. */
export const secretKeys = {
  databaseUrl: needed(onFly, "PostgreSQL address of the app, postgresql://user:password@host:5432/database"),
  migrationDatabaseUrl: {
    description: "PostgreSQL address for migrations, past any pooler; default databaseUrl",
    allowed: onFly,
    required: () => false,
  },
  factsDatabaseUrl: {
    description: "PostgreSQL address of the support pipeline's tables; default on Fly databaseUrl",
    allowed: usesFacts,
    required: (settings) => usesFacts(settings) && !onFly(settings),
  },
  storageAccessKeyId: needed(usesS3, "Access key id of the attachments bucket"),
  storageSecretAccessKey: needed(usesS3, "Secret access key of the attachments bucket"),
  smtpPassword: needed(authenticatesMail, "Password at the mail relay"),
  inboundMailPassword: needed(receivesMail, "Password or signing key of the service that hands mail over"),
  lokiPassword: needed(shipsLogs, "Password at Loki"),
  flyLogsToken: needed(shipsLogs, "Token that reads the organization's logs, of `fly tokens create readonly`"),
  environmentSecrets: {
    description: 'Environment variables beyond those that the program sets, as JSON, {"NAME": "value"}',
    allowed: () => true,
    required: () => false,
  },
  installationSecrets: {
    description: 'Secret settings of the super admin pages, as JSON, {"NAME": "value"}',
    allowed: () => true,
    required: () => false,
  },
  inboxSecrets: needed(
    fetchesMail,
    'Passwords of inboxes, as JSON, {"NAME": "value"}, by the names in chatwoot:inboxes',
  ),
  keptSecrets: {
    description: 'Keys of a Chatwoot made by hand that this stack takes over, as JSON, {"SECRET_KEY_BASE": "value"}',
    allowed: () => true,
    required: () => false,
  },
  oidcClientId: needed(signsOn, "Client id of Chatwoot at the OpenID Connect issuer"),
  oidcClientSecret: needed(signsOn, "Client secret of Chatwoot at the OpenID Connect issuer"),
  backupAccessKeyId: needed(backsUp, "Access key id of the backup bucket"),
  backupSecretAccessKey: needed(backsUp, "Secret access key of the backup bucket"),
} as const satisfies Record<string, SecretKey>;

export type SecretName = keyof typeof secretKeys;
export const secretNames = Object.keys(secretKeys) as SecretName[];
