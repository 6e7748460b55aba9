import { expect, test } from "vitest";
import { parseConfig, type RawConfig } from "./parse.ts";
import { ConfigError } from "../config/problems.ts";
import { rawConfig, type Any, type StackName } from "../tests/helpers/stack-files.ts";

type Values = { settings: Record<string, Any>; secrets: Record<string, string> };

function problemsOf(raw: RawConfig): string {
  try {
    parseConfig(raw);
  } catch (error) {
    if (error instanceof ConfigError)
      return error.message
        .split("\n")
        .slice(1)
        .map((line) => line.trim())
        .join("\n");
    throw error;
  }
  return "no problem";
}

/** Each breaks one good stack file in one way. */
const wrong: [what: string, stack: StackName, breakIt: (values: Values) => void][] = [
  [
    "more memory than a shared machine has",
    "staging",
    ({ settings }) => {
      settings["web"] = { ...settings["web"], memoryMb: 32768 };
      settings["fly"].releaseMemoryMb = 256;
    },
  ],
  [
    "workers that would outgrow their size",
    "staging",
    ({ settings }) => (settings["fly"].scaling = { maxWorkerMemoryMb: 4096 }),
  ],
  ["no target", "staging", ({ settings }) => delete settings["target"]],
  ["unknown target", "staging", ({ settings }) => (settings["target"] = "flyy")],
  ["missing url", "staging", ({ settings }) => delete settings["url"]],
  ["url with a path", "staging", ({ settings }) => (settings["url"] = "https://chat.example.com/app")],
  ["url without TLS", "prod", ({ settings }) => (settings["url"] = "http://chat.newjoy.ro")],
  ["another app's address", "staging", ({ settings }) => (settings["url"] = "https://other.fly.dev")],
  ["image latest", "prod", ({ settings }) => (settings["image"] = "chatwoot/chatwoot:latest")],
  ["image without a tag", "prod", ({ settings }) => (settings["image"] = "registry.example.com:5000/chatwoot")],
  ["image with the webhook problem", "prod", ({ settings }) => (settings["image"] = "chatwoot/chatwoot:v4.14.0")],
  ["bad mail address", "staging", ({ settings }) => (settings["admin"] = { email: "admin" })],
  ["misspelt key", "staging", ({ settings }) => (settings["imge"] = "x")],
  ["misspelt nested key", "staging", ({ settings }) => (settings["web"] = { counts: 2 })],
  [
    "misspelt key in a variant",
    "prod",
    ({ settings }) => (settings["storage"] = { kind: "claim", storageClas: "longhorn-ssd" }),
  ],
  ["another target's key", "prod", ({ settings }) => (settings["fly"] = { app: "x" })],
  ["object given as text", "staging", ({ settings }) => (settings["web"] = "two")],
  ["text where a number belongs", "staging", ({ settings }) => (settings["web"].threads = "three")],
  ["zero machines", "staging", ({ settings }) => (settings["worker"].count = 0)],
  ["odd memory", "staging", ({ settings }) => (settings["web"].memoryMb = 1000)],
  ["bad app name", "staging", ({ settings }) => (settings["fly"].app = "Hotdash_Chatwoot")],
  ["bad region", "staging", ({ settings }) => (settings["fly"].region = "chicago")],
  ["retired Redis plan", "staging", ({ settings }) => (settings["fly"].redis.plan = "standard")],
  [
    "attachments on a Fly volume",
    "staging",
    ({ settings }) => (settings["storage"] = { kind: "claim", storageClass: "x" }),
  ],
  ["claim that only one node can mount", "prod", ({ settings }) => (settings["storage"].accessMode = "ReadWriteOnce")],
  [
    "event that webhooks do not have",
    "staging",
    ({ settings }) => (settings["support"].events = ["conversation_resolved"]),
  ],
  ["unknown event", "staging", ({ settings }) => (settings["support"].events = ["message_sent"])],
  ["webhook without TLS", "staging", ({ settings }) => (settings["support"].webhookUrl = "http://10.0.0.1/hook")],
  [
    "default pools on a session pooler, without a maintenance window",
    "staging",
    ({ settings }) => {
      delete settings["web"];
      delete settings["worker"];
      settings["fly"].maintenance = false;
    },
  ],
  [
    "default pools without a maintenance window, limit known from the host",
    "staging",
    ({ settings }) => {
      delete settings["database"];
      delete settings["web"];
      delete settings["worker"];
      settings["fly"].maintenance = false;
    },
  ],
  ["pools that no window makes fit", "staging", ({ settings }) => (settings["web"].count = 4)],
  [
    "two sets of machines on a small pool",
    "staging",
    ({ settings }) => {
      settings["fly"].strategy = "bluegreen";
    },
  ],
  [
    "a window for a strategy that keeps everything running",
    "staging",
    ({ settings }) => {
      settings["web"].threads = 2;
      settings["fly"].strategy = "bluegreen";
      settings["fly"].maintenance = true;
    },
  ],
  [
    "a backup beside a full pool",
    "staging",
    ({ settings, secrets }) => {
      settings["worker"].concurrency = 12;
      settings["fly"].backup = { bucket: "backups", endpoint: "https://s3.example.com" };
      Object.assign(secrets, { backupAccessKeyId: "id", backupSecretAccessKey: "key" });
    },
  ],
  ["attachments on a machine's disk", "staging", ({ settings }) => (settings["storage"] = { kind: "local" })],
  ["unknown kind of Redis", "staging", ({ settings }) => (settings["fly"].redis.kind = "valkey")],
  [
    "unknown schedule of backups",
    "staging",
    ({ settings }) =>
      (settings["fly"].backup = { bucket: "b", endpoint: "https://s3.example.com", schedule: "hourly" }),
  ],
  [
    "own Redis in chatwoot's app",
    "staging",
    ({ settings }) => (settings["fly"].redis = { kind: "own", app: settings["fly"].app }),
  ],
  [
    "own Redis in the log shipper's app",
    "staging",
    ({ settings, secrets }) => {
      settings["fly"].redis = { kind: "own", app: `${settings["fly"].app}-logs` };
      settings["fly"].logs = { lokiUrl: "https://loki.example.com", lokiUsername: "1" };
      Object.assign(secrets, { lokiPassword: "x", flyLogsToken: "y" });
    },
  ],
  [
    "an app's name that is too long with the ending of the log shipper's",
    "staging",
    ({ settings, secrets }) => {
      settings["fly"].app = "a".repeat(60);
      settings["url"] = "https://chat.example.com";
      settings["fly"].logs = { lokiUrl: "https://loki.example.com", lokiUsername: "1" };
      Object.assign(secrets, { lokiPassword: "x", flyLogsToken: "y" });
    },
  ],
  [
    "own Redis larger than a shared machine, with a volume of nothing",
    "staging",
    ({ settings }) => (settings["fly"].redis = { kind: "own", memoryMb: 32768, sizeGb: 0 }),
  ],
  ["own Redis with a plan of Upstash's", "staging", ({ settings }) => (settings["fly"].redis.kind = "own")],
  [
    "Loki by an address without TLS, and without a user",
    "staging",
    ({ settings, secrets }) => {
      settings["fly"].logs = { lokiUrl: "http://loki.example.com" };
      Object.assign(secrets, { lokiPassword: "x", flyLogsToken: "y" });
    },
  ],
  [
    "secrets of logs that are not shipped",
    "staging",
    ({ secrets }) => Object.assign(secrets, { lokiPassword: "planted-secret", flyLogsToken: "planted-secret" }),
  ],
  [
    "logs without the secrets",
    "staging",
    ({ settings }) => (settings["fly"].logs = { lokiUrl: "https://loki.example.com", lokiUsername: "1" }),
  ],
  [
    "more workers than the bounds",
    "staging",
    ({ settings }) => (settings["fly"].scaling = { maxWorkers: 1, maxWorkerMemoryMb: 512 }),
  ],
  [
    "variables that Chatwoot never reads",
    "staging",
    ({ settings }) =>
      (settings["environment"] = {
        BACKEND_URL: "https://x.example.com",
        DEFAULT_FROM_EMAIL: "a@example.com",
        POSTGRES_USER: "chatwoot",
      }),
  ],
  [
    "variables that the program sets",
    "prod",
    ({ settings }) => (settings["environment"] = { FRONTEND_URL: "https://x.example.com", BOOTSTRAP_ACCOUNT: "x" }),
  ],
  ["variable in small letters", "prod", ({ settings }) => (settings["environment"] = { log_level: "debug" })],
  [
    "a variable twice",
    "prod",
    ({ settings, secrets }) => {
      settings["environment"] = { FB_APP_SECRET: "x" };
      secrets["environmentSecrets"] = '{"FB_APP_SECRET": "planted-secret"}';
    },
  ],
  [
    "a setting of the super admin pages twice",
    "staging",
    ({ settings, secrets }) => {
      settings["installation"] = { SLACK_CLIENT_SECRET: "x" };
      secrets["installationSecrets"] = '{"SLACK_CLIENT_SECRET": "planted-secret"}';
    },
  ],
  ["kept secrets that are not JSON", "prod", ({ secrets }) => (secrets["keptSecrets"] = "planted-secret")],
  [
    "kept secrets that are the chart's example, in part, or nobody's",
    "prod",
    ({ secrets }) =>
      (secrets["keptSecrets"] = JSON.stringify({
        SECRET_KEY_BASE: "replace_with_your_super_duper_secret_key_base",
        ACTIVE_RECORD_ENCRYPTION_PRIMARY_KEY: "planted-secret",
        REDIS_PASSWORD: "planted-secret",
      })),
  ],
  [
    "kept secrets that are cut off, or elsewhere on Fly",
    "staging",
    ({ secrets }) => (secrets["keptSecrets"] = '{"SECRET_KEY_BASE": "planted", "POSTGRES_PASSWORD": "planted-secret"}'),
  ],
  ["secret settings that are not JSON", "prod", ({ secrets }) => (secrets["installationSecrets"] = "planted-secret")],
  [
    "secret variables that are not JSON",
    "prod",
    ({ secrets }) => (secrets["environmentSecrets"] = "FB_APP_SECRET=planted-secret"),
  ],
  [
    "installation setting that is an object",
    "prod",
    ({ settings }) => (settings["installation"] = { LOGO: { url: "x" } }),
  ],
  [
    "webhooks that Chatwoot would refuse or show a password of",
    "staging",
    ({ settings }) =>
      (settings["webhooks"] = [
        { url: "http://a.example.com/hook" },
        { url: "https://user:planted@b.example.com/hook" },
        { url: "https://c.example.com", events: ["conversation_resolved"] },
        { url: "https://d.example.com", events: ["message_created", "message_created"], enabled: "no" },
      ]),
  ],
  [
    "webhooks twice",
    "staging",
    ({ settings }) =>
      (settings["webhooks"] = [
        { url: settings["support"].webhookUrl, name: "One" },
        { url: "https://a.example.com", name: "One" },
        { url: "https://a.example.com" },
      ]),
  ],
  ["webhooks that are no list", "prod", ({ settings }) => (settings["webhooks"] = { url: "https://a.example.com" })],
  [
    "inboxes of no kind, without what they need, and with names that Chatwoot refuses",
    "prod",
    ({ settings }) =>
      (settings["inboxes"] = [
        { kind: "sms", name: "SMS" },
        { kind: "website", name: "Shop (EU)", color: "red" },
        { kind: "email", name: "Mail <x>", address: "support" },
        { kind: "api", name: "OCC", webhookUrl: "http://occ.example.com", websiteUrl: "https://x.example.com" },
      ]),
  ],
  [
    "inboxes that share a name or an address, name no bot, or get no mail",
    "staging",
    ({ settings }) =>
      (settings["inboxes"] = [
        { kind: "email", name: "Mail", address: "a@example.com" },
        { kind: "email", name: "Post", address: "A@example.com", forwardTo: "x@reply.example.com" },
        { kind: "api", name: "Mail", agentBot: "Drafts" },
      ]),
  ],
  [
    "an inbox without its password",
    "prod",
    ({ settings }) =>
      (settings["inboxes"] = [
        {
          kind: "email",
          name: "Mail",
          address: "a@example.com",
          imap: { address: "imap.example.com", login: "a", passwordSecret: "MAIL" },
        },
      ]),
  ],
  [
    "passwords of inboxes by other names",
    "prod",
    ({ settings, secrets }) => {
      settings["inboxes"] = [
        {
          kind: "email",
          name: "Mail",
          address: "a@example.com",
          imap: { address: "imap.example.com", login: "a", passwordSecret: "MAIL" },
        },
      ];
      secrets["inboxSecrets"] = '{"POST": "planted-secret"}';
    },
  ],
  [
    "passwords that no inbox uses",
    "staging",
    ({ secrets }) => (secrets["inboxSecrets"] = '{"MAIL": "planted-secret"}'),
  ],
  [
    "bots twice, and one with a plain address",
    "prod",
    ({ settings }) =>
      (settings["agentBots"] = [
        { name: "Drafts", url: "https://a.example.com" },
        { name: "Drafts", url: "http://a.example.com" },
      ]),
  ],
  ["the service user as admin", "prod", ({ settings }) => (settings["admin"].email = "API@newjoy.ro")],
  ["a switch that is no switch", "staging", ({ settings }) => (settings["support"].webhookEnabled = "off")],
  [
    "inbound mail without its password",
    "prod",
    ({ settings }) => (settings["mail"].inbound = { domain: "reply.example.com", service: "mailgun" }),
  ],
  [
    "unknown inbound mail service",
    "prod",
    ({ settings }) => (settings["mail"].inbound = { domain: "reply.example.com", service: "ses" }),
  ],
  [
    "Supabase's pooler without the project in the user",
    "staging",
    ({ secrets }) =>
      (secrets["databaseUrl"] = "postgresql://postgres:pw@aws-0-us-east-1.pooler.supabase.com:5432/postgres"),
  ],
  [
    "Supabase's direct host with the pooler's user",
    "staging",
    ({ secrets }) =>
      (secrets["migrationDatabaseUrl"] = "postgresql://postgres.abcdef:pw@db.abcdef.supabase.co:5432/postgres"),
  ],
  [
    "more connections at the autoscalers' most than PostgreSQL has",
    "prod",
    ({ settings }) => (settings["kubernetes"].scaling = { web: { max: 10 }, worker: { max: 6 } }),
  ],
  [
    "autoscalers whose most is not more than the least",
    "prod",
    ({ settings }) => {
      settings["web"].count = 4;
      settings["kubernetes"].scaling = { web: { max: 3 }, worker: { max: 2 } };
    },
  ],
  [
    "autoscalers of something else",
    "prod",
    ({ settings }) => (settings["kubernetes"].scaling = { proxy: { max: 3 }, web: { max: 1, cpuPercent: 5 } }),
  ],
  ["more connections than PostgreSQL has", "prod", ({ settings }) => (settings["worker"].count = 9)],
  [
    "transaction pooler",
    "staging",
    ({ secrets }) => (secrets["databaseUrl"] = secrets["databaseUrl"]!.replace(":5432/", ":6543/")),
  ],
  [
    "unreadable database address",
    "staging",
    ({ secrets }) => (secrets["databaseUrl"] = "postgresql://chatwoot:p@ss/word@host"),
  ],
  [
    "database address without a password",
    "staging",
    ({ secrets }) => (secrets["databaseUrl"] = "postgresql://chatwoot@host/db"),
  ],
  ["missing secret", "staging", ({ secrets }) => delete secrets["databaseUrl"]],
  [
    "missing secrets of single sign-on",
    "prod",
    ({ secrets }) => {
      delete secrets["oidcClientId"];
      delete secrets["oidcClientSecret"];
    },
  ],
  ["secret that nothing uses", "prod", ({ secrets }) => (secrets["databaseUrl"] = "postgresql://a:b@c/d")],
  ["mail user without authentication", "prod", ({ settings }) => (settings["mail"].smtp.username = "chat")],
  [
    "mail authentication without user and password",
    "prod",
    ({ settings }) => (settings["mail"].smtp.authentication = "plain"),
  ],
  ["five-field schedule", "prod", ({ settings }) => (settings["kubernetes"].postgres.backup.schedule = "0 3 * * *")],
  ["retention without a unit", "prod", ({ settings }) => (settings["kubernetes"].postgres.backup.retention = "30")],
  ["ingress without a class", "prod", ({ settings }) => (settings["kubernetes"].ingress = { mode: "ingress" })],
  ["unknown ingress mode", "prod", ({ settings }) => (settings["kubernetes"].ingress = { mode: "loadbalancer" })],
  ["no context", "prod", ({ settings }) => delete settings["kubernetes"].context],
  [
    "a backup schedule with an hour that no day has",
    "prod",
    ({ settings }) => (settings["kubernetes"].postgres.backup.schedule = "0 0 25 * * *"),
  ],
  [
    "a backup on a day that never comes",
    "prod",
    ({ settings }) => (settings["kubernetes"].postgres.backup.schedule = "0 0 3 30 feb *"),
  ],
  [
    "a drill with seconds",
    "prod",
    ({ settings }) => (settings["kubernetes"].postgres.backup.drill = { schedule: "0 0 5 * * 0" }),
  ],
  [
    "a drill with a misspelt key",
    "prod",
    ({ settings }) => (settings["kubernetes"].postgres.backup.drill = { schedul: "0 5 * * 0" }),
  ],
  ["a drill that is text", "prod", ({ settings }) => (settings["kubernetes"].postgres.backup.drill = "weekly")],
  [
    "a recovery without a backup",
    "prod",
    ({ settings }) => {
      delete settings["kubernetes"].postgres.backup;
      settings["kubernetes"].postgres.recovery = { serverName: "chatwoot-db" };
    },
  ],
  [
    "a recovery under the lost cluster's name, of a moment to come",
    "prod",
    ({ settings }) =>
      (settings["kubernetes"].postgres.recovery = { serverName: "chatwoot-db", targetTime: "2999-01-01T00:00:00Z" }),
  ],
  [
    "a recovery that writes to the folder that it reads",
    "prod",
    ({ settings }) => {
      settings["kubernetes"].postgres.name = "chatwoot-db-3";
      settings["kubernetes"].postgres.backup.serverName = "chatwoot-db-2";
      settings["kubernetes"].postgres.recovery = { serverName: "chatwoot-db-2" };
    },
  ],
  [
    "a database with the name of the chart's service account",
    "prod",
    ({ settings }) => (settings["kubernetes"].postgres.name = "chatwoot"),
  ],
  [
    "a database whose name is too long for the operator",
    "prod",
    ({ settings }) => (settings["kubernetes"].postgres.name = "a".repeat(45)),
  ],
  [
    "a database whose name cannot be a service's",
    "prod",
    ({ settings }) => (settings["kubernetes"].postgres.name = "2nd-db"),
  ],
  [
    "PostgreSQL without the builtin locale",
    "prod",
    ({ settings }) =>
      (settings["kubernetes"].postgres.image =
        `ghcr.io/cloudnative-pg/postgresql:16.9-standard-trixie@sha256:${"0".repeat(64)}`),
  ],
  [
    "PostgreSQL without pgvector",
    "prod",
    ({ settings }) =>
      (settings["kubernetes"].postgres.image =
        `registry.example.com:5000/cnpg/postgresql:18.6-minimal-trixie@sha256:${"0".repeat(64)}`),
  ],
  [
    "PostgreSQL by a tag",
    "prod",
    ({ settings }) =>
      (settings["kubernetes"].postgres.image = "ghcr.io/cloudnative-pg/postgresql:17.11-standard-trixie"),
  ],
  [
    "more connections than memory",
    "prod",
    ({ settings }) => {
      settings["kubernetes"].postgres.maxConnections = 400;
    },
  ],
  ["an issuer without TLS", "prod", ({ settings }) => (settings["kubernetes"].sso.issuer = "http://id.newjoy.ro")],
  ["Chatwoot as its own issuer", "prod", ({ settings }) => (settings["kubernetes"].sso.issuer = settings["url"])],
  [
    "domains of addresses that nobody verified",
    "prod",
    ({ settings }) =>
      Object.assign(settings["kubernetes"].sso, { emailDomains: ["newjoy.ro"], allowUnverifiedEmail: true }),
  ],
  [
    "domains and groups that the proxy reads otherwise",
    "prod",
    ({ settings }) =>
      Object.assign(settings["kubernetes"].sso, {
        emailDomains: ["*", "@newjoy.ro", "newjoy.ro,example.com"],
        allowedGroups: ["support,admins", ""],
      }),
  ],
  ["scopes without the address", "prod", ({ settings }) => (settings["kubernetes"].sso.scopes = ["openid", "groups"])],
  ["scopes in one", "prod", ({ settings }) => (settings["kubernetes"].sso.scopes = ["openid email profile"])],
  [
    "public routes that let more through than they say",
    "prod",
    ({ settings }) =>
      (settings["kubernetes"].sso.publicRoutes = ["/book", "^/book", "GET!=^/app$", "^/(?!app)[a-z]+/", "^/book$|/"]),
  ],
  [
    "public routes that open what is for staff",
    "prod",
    ({ settings }) =>
      (settings["kubernetes"].sso.publicRoutes = [
        "^/[a-z_]+$",
        "GET=^/[^/]+/sidekiq$",
        "^/book$",
        "^/(hc|super_admin)/",
      ]),
  ],
  [
    "an issuer by half of its addresses",
    "prod",
    ({ settings }) => (settings["kubernetes"].sso.endpoints = { authorization: "https://id.newjoy.ro/authorize" }),
  ],
  [
    "a session of a month, and no proxy for it",
    "prod",
    ({ settings }) => Object.assign(settings["kubernetes"].sso, { sessionHours: 720, replicas: 0 }),
  ],
  [
    "the proxy's own Secret as the client's",
    "prod",
    ({ settings, secrets }) => {
      settings["kubernetes"].sso.credentials = { from: "existing", name: "oauth2-proxy-chatwoot-cookie" };
      delete secrets["oidcClientId"];
      delete secrets["oidcClientSecret"];
    },
  ],
  [
    "secrets of a client that is in a Secret already",
    "prod",
    ({ settings }) => (settings["kubernetes"].sso.credentials = { from: "existing", name: "oauth2-proxy-chatwoot" }),
  ],
  ["the default namespace", "prod", ({ settings }) => (settings["kubernetes"].namespace = "default")],
  ["a namespace that others live in", "prod", ({ settings }) => (settings["kubernetes"].namespace = "ingress-nginx")],
  [
    "an issuer as an annotation",
    "prod",
    ({ settings }) =>
      (settings["kubernetes"].ingress = {
        mode: "ingress",
        className: "traefik",
        annotations: { "cert-manager.io/cluster-issuer": "letsencrypt" },
      }),
  ],
  [
    "a plugin for backups that nobody makes",
    "prod",
    ({ settings, secrets }) => {
      settings["kubernetes"].install = { barmanPlugin: true };
      delete settings["kubernetes"].postgres.backup;
      delete secrets["backupAccessKeyId"];
      delete secrets["backupSecretAccessKey"];
    },
  ],
  [
    "Secrets copied from here to here",
    "prod",
    ({ settings, secrets }) => {
      const copied = { from: "copied", namespace: "chatwoot", name: "credentials" };
      settings["kubernetes"].postgres.backup.credentials = copied;
      settings["kubernetes"].sso.credentials = copied;
      for (const key of ["backupAccessKeyId", "backupSecretAccessKey", "oidcClientId", "oidcClientSecret"])
        delete secrets[key];
    },
  ],
  [
    "a network that is none",
    "prod",
    ({ settings }) => (settings["kubernetes"].networkPolicies = { allowedNetworks: ["10.0.0.1"] }),
  ],
];

test.each(wrong)("%s", (_what, stack, breakIt) => {
  expect(problemsOf(rawConfig(stack, breakIt))).toMatchSnapshot();
});

test("a secret in plain text is rejected", () => {
  const raw = rawConfig("staging");
  expect(
    problemsOf({ ...raw, encrypted: new Set(["storageAccessKeyId", "storageSecretAccessKey"]) }),
  ).toMatchInlineSnapshot(
    `"chatwoot:databaseUrl: is stored in plain text. Encrypt it: \`pulumi config set --secret chatwoot:databaseUrl --stack staging\`."`,
  );
});

test("every problem is listed at once", () => {
  const raw = rawConfig("staging", ({ settings, secrets }) => {
    settings["target"] = "fly.io";
    settings["url"] = "hotdash";
    settings["web"].threads = 20;
    settings["wroker"] = {};
    settings["fly"].redis.plan = "pro 2k";
    delete secrets["storageAccessKeyId"];
  });
  expect(problemsOf(raw)).toMatchInlineSnapshot(`
    "chatwoot:target: is "fly.io". Set it to fly or kubernetes.
    chatwoot:url: is not a plain https address. Write it as https://host, without a path or a trailing slash.
    chatwoot:fly.redis.plan: no longer exists. Remove it for pay-as-you-go, or use "Fixed 250MB" or "Fixed 1GB".
    chatwoot:storageAccessKeyId: is missing. Run \`pulumi config set --secret chatwoot:storageAccessKeyId --stack staging\`.
    chatwoot:database.poolLimit: allows 15 connections, but web and worker alone hold web 1 x 20 + worker 1 x 5 = 25. Lower web.threads or worker.concurrency, or raise the connection limit of the database."
  `);
});

test("no message shows a secret", () => {
  const password = "planted-password";
  for (const databaseUrl of [
    `postgresql://u:${password}@h:6543x/db`,
    `mysql://u:${password}@h/db`,
    `postgresql://u:${password}%@h/db`,
    `postgresql://u:${password}@h/a/b`,
  ]) {
    const message = problemsOf(rawConfig("staging", ({ secrets }) => (secrets["databaseUrl"] = databaseUrl)));
    expect(message).toContain("chatwoot:databaseUrl");
    expect(message).not.toContain(password);
  }
});
