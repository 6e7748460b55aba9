import { expect, test } from "vitest";
import { rawConfig } from "../../tests/helpers/stack-files.ts";
import { problemsOf, testWrong } from "../../tests/helpers/wrong-configs.ts";
import { parseConfig } from "../parse.ts";

testWrong([
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
    "variables that take the application away, are never read, or are secret",
    "staging",
    ({ settings, secrets }) => {
      settings["environment"] = {
        CW_API_ONLY_SERVER: "true",
        WEB_CONCURRENCY: "4",
        DISABLE_ENTERPRISE: "true",
        DIRECT_UPLOADS_ENABLED: "true",
        FCM_SERVER_KEY: "",
        ENABLE_RAK_ATTACK: "false",
        VAPID_PRIVATE_KEY: "planted-secret",
        OPENSEARCH_URL: "https://user:planted-secret@search.example.com",
        LIMIT: "3",
        UPGRADE_CHECK: "off",
        SMTP_PASSWORD: "planted-secret",
      };
      secrets["environmentSecrets"] = JSON.stringify({
        BOOTSTRAP_INBOX_SECRETS: "planted-secret",
        SENTRI_DSN: "planted-secret",
      });
    },
  ],
  [
    "a secret among the open settings of the super admin pages",
    "staging",
    ({ settings }) => (settings["installation"] = { FB_APP_SECRET: "planted-secret", CHATWOOT_INBOX_TOKEN: "x" }),
  ],
]);

test("names that gems and the runtime read pass", () => {
  const names =
    "RAILS_LOG_LEVEL RUBY_YJIT_ENABLE RUBYOPT OTEL_SERVICE_NAME AWS_ENDPOINT_URL TZ LANG LC_ALL HTTPS_PROXY NO_PROXY SIDEKIQ_TIMEOUT MALLOC_CONF PGOPTIONS";
  const raw = rawConfig("prod", ({ settings }) => {
    settings["environment"] = Object.fromEntries(names.split(" ").map((name) => [name, "1"]));
  });
  expect(problemsOf(raw)).toBe("no problem");
});

test("another version or a fork may read a variable, so an unknown one is warned of", () => {
  for (const image of ["chatwoot/chatwoot:v4.18.0", "ghcr.io/acme/chatwoot:v4.16.2"]) {
    const { warnings } = parseConfig(
      rawConfig("staging", ({ settings, secrets }) => {
        settings["image"] = image;
        settings["environment"] = { ENABLE_RAK_ATTACK: "false" };
        secrets["environmentSecrets"] = JSON.stringify({ SENTRI_DSN: "planted-secret" });
      }),
    );
    expect(warnings.filter(({ key }) => key.startsWith("environment"))).toEqual([
      {
        key: "environment.ENABLE_RAK_ATTACK",
        message: expect.stringContaining("Did you mean ENABLE_RACK_ATTACK?") as string,
      },
      { key: "environmentSecrets.SENTRI_DSN", message: expect.stringContaining("Did you mean SENTRY_DSN?") as string },
    ]);
  }
});
