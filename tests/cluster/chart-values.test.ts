import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chatwootEnvironment } from "../../components/chatwoot/environment.ts";
import { completeObject } from "../../components/kubernetes/chart/objects.ts";
import { chartValues } from "../../components/kubernetes/chart/values.ts";
import type { SharedConfig } from "../../config/schema.ts";
import { changed, has, leaves, openRendering, type Manifest, type Values } from "./chart-rendering.ts";
import { defaultPods } from "../helpers/default-pods.ts";

let rendering: Awaited<ReturnType<typeof openRendering>>;
beforeAll(async () => {
  rendering = await openRendering();
});
afterAll(() => rendering?.close());

const values = chartValues({
  image: "chatwoot/chatwoot:v4.16.2",
  web: { count: 2, memoryMb: 1024 },
  worker: { count: 3, memoryMb: 2048 },
  pods: defaultPods,
  database: { host: "chatwoot-db-rw.chatwoot.svc", port: 5432, username: "chatwoot", database: "chatwoot" },
  databaseSecret: { name: "chatwoot-db-app", key: "password" },
  redis: { host: "chatwoot-redis.chatwoot.svc", port: 6379, secret: { name: "chatwoot-redis", key: "password" } },
});

/**
 * Settings without an effect: the chart renders the same with another value. A null removes a default; if the chart has
 * none, Helm passes the null to the template, which prints `<nil>`.
 */
async function withoutEffect(all: Values): Promise<string[]> {
  const [before, defaults] = [await rendering.template(all), await rendering.defaults()];
  const ignored: string[] = [];
  for (const { path, value } of leaves(all)) {
    if (value === null && !has(defaults, path)) {
      ignored.push(path.join("."));
      continue;
    }
    // A chart that rejects the other value has read it.
    const after = await rendering.template(changed(all, path)).catch((error: unknown) => String(error));
    if (after === before) ignored.push(path.join("."));
  }
  return ignored;
}

describe("every value that the program sets", () => {
  test("changes the rendered chart", async () => {
    expect(leaves(values).length).toBeGreaterThan(50);
    expect(await withoutEffect(values)).toEqual([]);
  });

  test("opens no load balancer, which would bypass single sign-on", async () => {
    const services = (await rendering.objects(values)).filter(({ kind }) => kind === "Service");
    expect(services.map(({ spec }) => spec.type)).toEqual(services.map(() => "ClusterIP"));
    expect(services).not.toEqual([]);
  });

  test.each([
    ["a value that the chart lists and does not use", { affinity: { nodeAffinity: "x" } }, ["affinity.nodeAffinity"]],
    [
      "a value that only a hook reads",
      { hooks: { migrate: { hookAnnotation: "x" } } },
      ["hooks.migrate.hookAnnotation"],
    ],
    ["an almost correct key", { service: { type: "ClusterIP" } }, ["service.type"]],
    ["an unknown name", { webb: { replicaCount: 2 } }, ["webb.replicaCount"]],
    ["a null for a default that no longer exists", { env: { SMTP_GONE: null } }, ["env.SMTP_GONE"]],
  ])("the check detects %s", async (_what, more, missed) => {
    const required = { postgresql: values["postgresql"], redis: values["redis"] } as Values;
    const ignored = await withoutEffect({ ...required, ...more });
    expect(ignored).toEqual(missed);
  });
});

type Texts = Record<string, string>;
type Mail = SharedConfig["mail"];

/** The environment of the web and worker processes, merged from the chart's objects by Kubernetes' rules. */
async function environmentsOfPods(mail: Mail): Promise<Texts[]> {
  const own = chatwootEnvironment<string>({
    config: {
      url: "https://chat.example.com",
      target: "kubernetes",
      mail,
      web: { count: 1, memoryMb: 1024, threads: 5 },
      worker: { count: 1, memoryMb: 1024, concurrency: 10, groups: {} },
      storage: { kind: "claim", storageClass: "shared", sizeGi: 20, accessMode: "ReadWriteMany" },
      environment: {},
    },
    database: {
      host: "db",
      port: 5432,
      username: "chatwoot",
      password: "pg",
      database: "chatwoot",
      sslMode: "require",
    },
    redis: { openUrl: "redis://chatwoot-redis:6379", password: "redis password" },
    secretKeyBase: "own-key",
    encryptionKeys: { primaryKey: "a", deterministicKey: "b", keyDerivationSalt: "c" },
    smtpPassword: mail.smtp?.authentication === "none" ? undefined : "smtp password",
    inboundMailPassword: mail.inbound && "inbound password",
  });
  const objects = await rendering.objects(values);
  const chartSecret = objects.find(({ kind }) => kind === "Secret").data as Texts;
  const decoded = Object.entries(chartSecret).map(([key, value]) => [key, Buffer.from(value, "base64").toString()]);
  const sources: Record<string, Texts> = {
    "chatwoot-env": Object.fromEntries(decoded) as Texts,
    "chatwoot-secrets": own.secrets,
    "chatwoot-config": own.settings,
  };
  return objects.filter(({ kind }) => kind === "Deployment").map((object) => effective(object, sources));
}

function effective(deployment: Manifest, named: Record<string, Texts>): Texts {
  const completed = completeObject("kubernetes:apps/v1:Deployment", deployment, {
    chart: { version: "2.0.23", repository: "https://chatwoot.github.io/charts" },
    sources: [{ configMapRef: { name: "chatwoot-config" } }, { secretRef: { name: "chatwoot-secrets" } }],
    checksums: {},
    volumes: [],
    runAsNonRoot: false,
    pods: defaultPods,
    onOneNode: false,
    isAutoscaled: () => false,
  }) as Manifest;
  const [container] = completed.spec.template.spec.containers;
  const values: Texts = {};
  for (const { secretRef, configMapRef } of container.envFrom)
    Object.assign(values, named[(secretRef ?? configMapRef).name]);
  for (const { name, value, valueFrom } of container.env)
    values[name] = value ?? `key ${valueFrom.secretKeyRef.key} of ${valueFrom.secretKeyRef.name}`;
  return values;
}

const relay: NonNullable<Mail["smtp"]> = {
  address: "stalwart.stalwart-mail.svc.cluster.local",
  port: 25,
  authentication: "none",
  tls: "none",
  verify: "peer",
};
const login: NonNullable<Mail["smtp"]> = {
  address: "smtp.example.com",
  port: 587,
  username: "chat@example.com",
  authentication: "login",
  tls: "starttls",
  verify: "peer",
};
const sender = "chat@example.com";

const mails: [what: string, mail: Mail, expected: Texts][] = [
  ["none", { sender }, { MAILER_SENDER_EMAIL: sender }],
  [
    "a relay without authentication",
    { sender, smtp: relay },
    {
      MAILER_SENDER_EMAIL: sender,
      SMTP_ADDRESS: "stalwart.stalwart-mail.svc.cluster.local",
      SMTP_PORT: "25",
      SMTP_ENABLE_STARTTLS_AUTO: "false",
    },
  ],
  [
    "a server that requires a login",
    { sender, smtp: login },
    {
      MAILER_SENDER_EMAIL: sender,
      SMTP_ADDRESS: "smtp.example.com",
      SMTP_PORT: "587",
      SMTP_AUTHENTICATION: "login",
      SMTP_USERNAME: "chat@example.com",
      SMTP_PASSWORD: "smtp password",
      SMTP_ENABLE_STARTTLS_AUTO: "true",
      SMTP_OPENSSL_VERIFY_MODE: "peer",
    },
  ],
  [
    "incoming mail through a custom mail server",
    { sender, smtp: relay, inbound: { domain: "reply.example.com", service: "relay" } },
    {
      MAILER_SENDER_EMAIL: sender,
      SMTP_ADDRESS: "stalwart.stalwart-mail.svc.cluster.local",
      SMTP_PORT: "25",
      SMTP_ENABLE_STARTTLS_AUTO: "false",
      MAILER_INBOUND_EMAIL_DOMAIN: "reply.example.com",
      RAILS_INBOUND_EMAIL_SERVICE: "relay",
      RAILS_INBOUND_EMAIL_PASSWORD: "inbound password",
    },
  ],
];

describe("the environment of the processes", () => {
  test.each(mails)("mail: %s", async (_what, mail, expected) => {
    const about = /MAIL|SMTP/;
    const pods = await environmentsOfPods(mail);
    expect(pods).toHaveLength(2);
    for (const pod of pods)
      expect(Object.fromEntries(Object.entries(pod).filter(([name]) => about.test(name)))).toEqual(expected);
  });

  test("contains no placeholder, empty value or unexpanded reference", async () => {
    for (const pod of await environmentsOfPods({ sender })) {
      const wrong = Object.entries(pod).filter(
        ([, value]) => value.trim() === "" || /replace_with|<nil>|\$\(|<no value>|^(postgres|redis)$/.test(value),
      );
      expect(wrong).toEqual([]);
      expect(pod).toMatchObject({
        SECRET_KEY_BASE: "own-key",
        REDIS_URL: "redis://chatwoot-redis:6379",
        REDIS_PASSWORD: "key password of chatwoot-redis",
        POSTGRES_PASSWORD: "key password of chatwoot-db-app",
        FRONTEND_URL: "https://chat.example.com",
      });
    }
  });
});
