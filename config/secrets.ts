import { inboundMailSecret } from "./inbound-mail.ts";
import type { FlyConfig, KubernetesConfig } from "./schema.ts";
import { deployed } from "./schema/kubernetes/external.ts";

/** The settings that could be read, so that missing secrets are reported together with invalid settings. */
export type PartialSettings = Partial<Omit<FlyConfig, "target" | "storage">> &
  Partial<Omit<KubernetesConfig, "target">> & { target: "fly" | "kubernetes" };

interface SecretKey {
  description: string;
  /** Whether a stack with these settings can use it. */
  allowed: (settings: PartialSettings) => boolean;
  /** Whether a stack with these settings requires it. */
  required: (settings: PartialSettings) => boolean;
}

const onFly = ({ target }: PartialSettings): boolean => target === "fly";
const usesS3 = ({ storage }: PartialSettings): boolean => storage?.kind === "s3";
const authenticatesMail = ({ mail }: PartialSettings): boolean =>
  mail?.smtp !== undefined && mail.smtp.authentication !== "none";
const authenticatesInbound = ({ mail }: PartialSettings): boolean =>
  mail?.inbound !== undefined && inboundMailSecret(mail.inbound.service) !== undefined;
const backsUp = ({ fly, kubernetes }: PartialSettings): boolean =>
  fly?.backup !== undefined ||
  (kubernetes !== undefined && deployed(kubernetes.postgres)?.backup?.credentials.from === "config");
const shipsLogs = ({ fly }: PartialSettings): boolean => fly?.logs !== undefined;
const signsOn = ({ kubernetes }: PartialSettings): boolean => kubernetes?.sso?.credentials.from === "config";

const usesFacts = ({ support }: PartialSettings): boolean =>
  support?.facts !== undefined || support?.schedules.runner === "stack";

const fetchesMail = ({ inboxes }: PartialSettings): boolean =>
  inboxes?.some((inbox) => inbox.kind === "email" && inbox.imap !== undefined) ?? false;

/** Whether databaseUrl has the database's address: on Fly, and for an external database without a Secret. */
const hasAddress = ({ target, kubernetes }: PartialSettings): boolean =>
  target === "fly" || (kubernetes?.postgres.kind === "external" && kubernetes.postgres.credentials.from === "config");
const isExternal = ({ target, kubernetes }: PartialSettings): boolean =>
  target === "fly" || kubernetes?.postgres.kind === "external";
const hasExternalRedis = ({ kubernetes }: PartialSettings): boolean => kubernetes?.redis.kind === "external";

function needed(when: (settings: PartialSettings) => boolean, description: string): SecretKey {
  return { description, allowed: when, required: when };
}

/** Secrets that are set with `pulumi config set --secret`. All others are generated. */
export const secretKeys = {
  databaseUrl: needed(hasAddress, "PostgreSQL address of the app, postgresql://user:password@host:5432/database"),
  migrationDatabaseUrl: {
    description: "PostgreSQL address for migrations, without a pooler (default: databaseUrl)",
    allowed: isExternal,
    required: () => false,
  },
  factsDatabaseUrl: {
    description: "PostgreSQL address of the support pipeline's tables (default on Fly: databaseUrl)",
    allowed: usesFacts,
    required: (settings) => usesFacts(settings) && !onFly(settings),
  },
  redisUrl: needed(
    hasExternalRedis,
    "Address of an external Redis, rediss://:password@host:6379, or redis:// without TLS",
  ),
  storageAccessKeyId: needed(usesS3, "Access key id of the attachments bucket"),
  storageSecretAccessKey: needed(usesS3, "Secret access key of the attachments bucket"),
  smtpPassword: needed(authenticatesMail, "Password of the mail relay"),
  inboundMailPassword: needed(
    authenticatesInbound,
    "Password or signing key of the service that delivers incoming mail",
  ),
  lokiPassword: needed(shipsLogs, "Password of Loki"),
  flyLogsToken: needed(
    shipsLogs,
    "Token that can read the organization's logs, created with `fly tokens create readonly`",
  ),
  environmentSecrets: {
    description: 'Additional environment variables, as JSON, {"NAME": "value"}',
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
    'Passwords of inboxes, as JSON, {"NAME": "value"}, with the names in chatwoot:inboxes',
  ),
  keptSecrets: {
    description: 'Keys of an existing Chatwoot that this stack adopts, as JSON, {"SECRET_KEY_BASE": "value"}',
    allowed: () => true,
    required: () => false,
  },
  oidcClientId: needed(signsOn, "Client id of Chatwoot at the OpenID Connect issuer"),
  oidcClientSecret: needed(signsOn, "Client secret of Chatwoot at the OpenID Connect issuer"),
  backupAccessKeyId: needed(backsUp, "Access key id of the backup bucket"),
  backupSecretAccessKey: needed(backsUp, "Secret access key of the backup bucket"),
} as const satisfies Record<string, SecretKey>;

/** Secrets that are addresses of a database. */
export const addressNames = ["databaseUrl", "migrationDatabaseUrl", "factsDatabaseUrl"] as const;

/** Secrets that are JSON objects of named secrets. */
export const mapNames = ["environmentSecrets", "installationSecrets", "inboxSecrets", "keptSecrets"] as const;

export type SecretName = keyof typeof secretKeys;
export const secretNames = Object.keys(secretKeys) as SecretName[];
