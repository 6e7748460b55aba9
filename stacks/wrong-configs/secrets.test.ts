import { expect, test } from "vitest";
import { rawConfig } from "../../tests/helpers/stack-files.ts";
import { problemsOf, testWrong } from "../../tests/helpers/wrong-configs.ts";
import { parseConfig } from "../parse.ts";

testWrong([
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
  [
    "secrets with what a copy adds",
    "staging",
    ({ secrets }) => {
      secrets["storageAccessKeyId"] = " planted-secret";
      secrets["storageSecretAccessKey"] = "planted-secret\n";
      secrets["environmentSecrets"] = JSON.stringify({
        SENTRY_DSN: "planted-secret\u00a0",
        FB_APP_SECRET: "planted\u0000secret",
        GCS_CREDENTIALS: "planted\r\nsecret\r\n",
        STRIPE_SECRET_KEY: "<planted-secret>",
      });
      secrets["installationSecrets"] = JSON.stringify({ SLACK_CLIENT_SECRET: "planted-secret\n" });
      secrets["keptSecrets"] = JSON.stringify({ SECRET_KEY_BASE: `${"planted-secret".repeat(3)}\n` });
    },
  ],
  [
    "a client's secret with a blank and a line break",
    "prod",
    ({ secrets }) => (secrets["oidcClientSecret"] = "planted-secret \n"),
  ],
]);

test("a secret in plain text is rejected", () => {
  const raw = rawConfig("staging");
  expect(
    problemsOf({ ...raw, encrypted: new Set(["storageAccessKeyId", "storageSecretAccessKey"]) }),
  ).toMatchInlineSnapshot(
    `"chatwoot:databaseUrl: is stored in plain text. Encrypt it: \`pulumi config set --secret chatwoot:databaseUrl --stack staging\`."`,
  );
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

test("a secret of several lines keeps its last line break", () => {
  const key = "-----BEGIN X-----\nabc\n-----END X-----\n";
  const raw = rawConfig("staging", ({ secrets }) => {
    secrets["environmentSecrets"] = JSON.stringify({ GCS_CREDENTIALS: key });
  });
  expect(parseConfig(raw).environmentSecrets).toEqual({ GCS_CREDENTIALS: key });
});
