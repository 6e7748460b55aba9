import type { Props, Resource } from "../resource.ts";
import type { Case } from "./test-cases-closed.ts";
import { database, object, random, release, resource, step, workload } from "./test-resources.ts";

const command = (props: Props): Resource => resource("command:local:Command", "command", props);
const chartSecret = (data: Props): Resource =>
  object(
    "Secret",
    "chatwoot-env",
    { data },
    {
      urn: "urn:pulumi:prod::chatwoot::chatwoot:kubernetes:Chatwoot$kubernetes:helm.sh/v4:Chart$kubernetes:core/v1:Secret::env",
    },
  );
const base64 = (text: string): string => Buffer.from(text).toString("base64");

/** Data and secrets. */
export const dataCases: Readonly<Record<string, Case>> = {
  "protected-data": {
    passes: [
      database({}),
      object("PersistentVolumeClaim", "data", {}, { protect: true }),
      random("secrets-secret-key-base", {}, true),
      random("sso-cookie-secret", {}),
      step("app", { APP: "chat" }, {}, true),
      step("app", { APP: "chat-logs" }),
      workload("stateless", { kind: "StatefulSet" }),
    ],
    breaks: [
      [
        [
          database({}, false),
          object("PersistentVolumeClaim", "data"),
          object("Namespace", "chatwoot"),
          workload("redis", {
            kind: "StatefulSet",
            pod: { volumes: [{ name: "data", persistentVolumeClaim: { claimName: "data" } }] },
          }),
          random("secrets-encryption-primary-key", {}),
          step("app", { APP: "chat" }),
          step("redis", { APP: "chat" }),
          step("bucket", { APP: "chat" }),
        ],
        [
          "the database is not protected. Set protect: true.",
          "the claim is not protected. Set protect: true.",
          "the namespace, with everything in it, is not protected. Set protect: true.",
          "a server with a claim is not protected. Set protect: true.",
          "the key is not protected. Set protect: true.",
          "app chat is not protected. Set protect: true.",
          "Redis is not protected. Set protect: true.",
          "the bucket is not protected. Set protect: true.",
        ],
      ],
    ],
  },
  "no-triggers-with-delete": {
    passes: [command({ create: "a", delete: "b" }), command({ create: "a", triggers: [1] })],
    breaks: [
      [
        [command({ create: "a", delete: "b", triggers: [] })],
        ["has triggers and a delete: the next change would delete what it created. Remove triggers."],
      ],
    ],
  },
  "secrets-by-reference": {
    passes: [
      workload("a", {
        container: {
          env: [
            { name: "PGPASSWORD", valueFrom: { secretKeyRef: { name: "db", key: "password" } } },
            { name: "REDIS_URL", value: "redis://:$(REDIS_PASSWORD)@redis:6379" },
            { name: "PASSWORD_FILE", value: "/run/password" },
            { name: "SMTP_PASSWORD", value: "" },
          ],
        },
      }),
      object("ConfigMap", "settings", { data: { REDIS_URL: "redis://redis:6379", PGSSLMODE: "verify-full" } }),
      release({ env: { RAILS_ENV: "production" } }),
      step("secrets", { SECRET_NAMES: "A\nB" }),
    ],
    breaks: [
      [
        [
          workload("a", { container: { env: [{ name: "SMTP_PASSWORD", value: "hunter2" }] } }),
          object("ConfigMap", "settings", { data: { REDIS_URL: "redis://:hunter2@redis:6379" } }),
          release({ env: { SECRET_KEY_BASE: "hunter2" } }),
          step("secrets", { API_TOKEN: "hunter2" }),
        ],
        [
          "container app: SMTP_PASSWORD is a plain value. Refer to a Secret.",
          "ConfigMap: REDIS_URL is a plain value. Refer to a Secret.",
          "fly.toml: SECRET_KEY_BASE is a plain value. Refer to a Secret.",
          "environment: STEP_API_TOKEN is a plain value. Refer to a Secret.",
        ],
      ],
    ],
  },
  "no-secret-in-the-open": {
    passes: [
      random("key", { result: "generated-value" }),
      object("Secret", "a", {
        stringData: { password: "generated-value" },
        data: { token: base64("configured-value") },
      }),
      step("secrets", { APP: "chat" }, { stdin: "generated-value", stdout: "configured-value" }),
    ],
    breaks: [
      [
        [
          random("key", { result: "generated-value" }),
          object("Secret", "held", { data: { "auth-token": base64("held-value-of-it") } }),
          workload("a", { container: { args: ["--quiet", "--key=generated-value"] } }),
          object("ConfigMap", "b", { data: { "redis.conf": "requirepass held-value-of-it\n" } }),
          object("Secret", "c", { metadata: { name: "c", annotations: { note: "configured-value" } } }),
          step("app", { APP: "chat" }, { create: "curl -H configured-value" }),
        ],
        [
          "spec.template.spec.containers[0].args[1] contains a secret. Refer to a Secret instead.",
          "data.redis.conf contains a secret. Refer to a Secret instead.",
          "metadata.annotations.note contains a secret. Refer to a Secret instead.",
          "create contains a secret. Refer to a Secret instead.",
        ],
      ],
    ],
  },
  "no-secret-in-chart-values": {
    passes: [
      chartSecret({ RAILS_ENV: base64("production"), REDIS_URL: base64("redis://:$(REDIS_PASSWORD)@redis:6379") }),
      resource("kubernetes:helm.sh/v3:Release", "chart", {
        values: {
          existingEnvSecret: "secrets",
          auth: { existingSecret: "db", secretKeys: { adminPasswordKey: "password" } },
        },
      }),
    ],
    breaks: [
      [
        [
          chartSecret({ POSTGRES_PASSWORD: base64("postgres"), NOTE: base64("the configured-value") }),
          resource("kubernetes:helm.sh/v3:Release", "chart", {
            values: { env: { SECRET_KEY_BASE: "placeholder" }, redis: { auth: { password: "redis" } } },
          }),
        ],
        [
          "data.POSTGRES_PASSWORD is a secret in the chart's values. Pass the name of a Secret.",
          "data.NOTE is a secret in the chart's values. Pass the name of a Secret.",
          "values.env.SECRET_KEY_BASE is a secret in the chart's values. Pass the name of a Secret.",
          "values.redis.auth.password is a secret in the chart's values. Pass the name of a Secret.",
        ],
      ],
    ],
  },
  "secret-length": {
    passes: [random("key", { length: 32 })],
    breaks: [[[random("key", { length: 12 })], ["has 12 characters, below the minimum of 24. Set length: 24."]]],
  },
};
