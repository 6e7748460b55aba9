import { testWrong } from "../../tests/helpers/wrong-configs.ts";

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
]);
