import type { StackOptions } from "../../helpers/in-process.ts";

/* Stacks with every part that the program had when they were recorded. All values are made up. */

type Change = NonNullable<StackOptions["change"]>;

/** An app on Fly that exists before the stack and receives Chatwoot's secrets. */
export const consumerApp = "hotdash-app";
/** A namespace that exists before the stack and receives Chatwoot's secrets. */
export const consumerNamespace = "hotdash";

const supportOf = (check: string) => ({
  webhookUrl: "https://hotdash-app.fly.dev/api/webhooks/chatwoot",
  agentUrl: "https://hotdash-agent-service.fly.dev",
  agentGate: { version: "^1.4" },
  facts: true,
  schedules: { runner: "stack", check },
});

const handover = {
  fly: [{ app: consumerApp, mode: "deployed", databaseUrl: true }],
  github: [{ repository: "hotdash/hotdash", environment: "staging" }],
};

const everywhere: Change = ({ settings, secrets }) => {
  settings["mail"] = {
    ...settings["mail"],
    smtp: { address: "smtp.example.com", username: "chat", authentication: "plain" },
    inbound: { domain: "in.example.com" },
  };
  settings["installation"] = { INSTALLATION_NAME: "Test" };
  settings["environment"] = { LOG_LEVEL: "warn" };
  settings["webhooks"] = [{ url: "https://crm.example.com/hook" }];
  settings["agentBots"] = [{ name: "Greeter", url: "https://bot.example.com/hook" }];
  settings["inboxes"] = [
    { kind: "website", name: "Shop", websiteUrl: "https://shop.example.com", agentBot: "Greeter" },
    { kind: "api", name: "App" },
    {
      kind: "email",
      name: "Mail",
      address: "help@example.com",
      imap: { address: "imap.example.com", login: "help@example.com", passwordSecret: "MAIL_PASSWORD" },
    },
  ];
  settings["rotation"] = { apiToken: 2 };
  Object.assign(secrets, {
    smtpPassword: "test-smtp-password",
    inboundMailPassword: "test-inbound-mail-password",
    environmentSecrets: '{"SENTRY_DSN":"https://test@sentry.example.com/1"}',
    installationSecrets: '{"LINEAR_CLIENT_SECRET":"test-linear-client-secret"}',
    inboxSecrets: '{"MAIL_PASSWORD":"test-inbox-password"}',
    factsDatabaseUrl: "postgresql://facts:test-facts-password@db.example.com:5432/facts?sslmode=require",
  });
};

export const everythingOnFly: Change = (values) => {
  everywhere(values);
  const { settings, secrets } = values;
  settings["url"] = "https://chat.example.com";
  settings["storage"] = { kind: "tigris", bucket: "hotdash-chatwoot-attachments" };
  settings["support"] = { ...supportOf("0 * * * *"), handover };
  settings["fly"] = {
    ...settings["fly"],
    ipv4: "dedicated",
    maintenance: true,
    redis: { kind: "own" },
    backup: { bucket: "hotdash-backups", endpoint: "https://s3.example.com", schedule: "daily" },
    logs: { lokiUrl: "https://logs.example.com", lokiUsername: "123456" },
  };
  delete secrets["storageAccessKeyId"];
  delete secrets["storageSecretAccessKey"];
  Object.assign(secrets, {
    migrationDatabaseUrl: "postgresql://postgres:test-migration-password@db.example.com:5432/postgres?sslmode=require",
    backupAccessKeyId: "test-backup-access-key-id",
    backupSecretAccessKey: "test-backup-secret-access-key",
    lokiPassword: "test-loki-password",
    flyLogsToken: "test-fly-logs-token",
  });
};

export const everythingOnKubernetes: Change = (values) => {
  everywhere(values);
  const { settings, secrets } = values;
  settings["support"] = {
    ...supportOf("*/15 * * * *"),
    handover: { ...handover, kubernetes: [{ namespace: consumerNamespace, databaseUrl: true }] },
  };
  const { postgres, sso, ...kubernetes } = settings["kubernetes"];
  settings["kubernetes"] = {
    ...kubernetes,
    ingress: { mode: "gateway", gateway: { name: "public", namespace: "gateways" }, clusterIssuer: "letsencrypt" },
    postgres: {
      ...postgres,
      maxConnections: 200,
      memoryMb: 2048,
      backup: { ...postgres.backup, credentials: { from: "external", store: "vault", path: "b2" } },
    },
    sso: { ...sso, credentials: { from: "external", store: "vault", path: "oidc" } },
    runAsNonRoot: true,
    scaling: { web: { max: 3 }, worker: { max: 3 } },
    monitoring: { labels: { release: "kube-prometheus-stack" } },
  };
  for (const key of ["backupAccessKeyId", "backupSecretAccessKey", "oidcClientId", "oidcClientSecret"])
    delete secrets[key];
};
