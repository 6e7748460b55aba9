import { expect, test } from "vitest";
import { rawConfig } from "../../tests/helpers/stack-files.ts";
import { problemsOf, testWrong } from "../../tests/helpers/wrong-configs.ts";

const hosts = [
  "http://n8n.n8n.svc.cluster.local:5678/webhook/x",
  "https://10.10.1.5/webhook/x",
  "https://bot.tools.svc/hook",
  "https://[fd00::1]/hook",
  "http://receiver.internal:8080/hook",
  "http://hooks.example.com/in",
];

testWrong([
  ["private webhooks", "prod", ({ settings }) => (settings["webhooks"] = hosts.map((url) => ({ url })))],
  ["a private bot", "prod", ({ settings }) => (settings["agentBots"] = [{ name: "Bot", url: hosts[2] }])],
  [
    "a private receiver of an inbox",
    "prod",
    ({ settings }) => (settings["inboxes"] = [{ kind: "api", name: "App", webhookUrl: hosts[1] }]),
  ],
  ["a private consumer", "staging", ({ settings }) => (settings["support"].webhookUrl = "http://app.internal/hook")],
  [
    "the variable in place of its setting",
    "prod",
    ({ settings }) => (settings["environment"] = { SAFE_FETCH_ALLOW_PRIVATE_NETWORK: "true" }),
  ],
  [
    "direct uploads with a widget on another site",
    "prod",
    ({ settings }) => {
      settings["installation"] = { DIRECT_UPLOADS_ENABLED: true };
      settings["inboxes"] = [
        { kind: "website", name: "Own", websiteUrl: "https://shop.newjoy.ro" },
        { kind: "website", name: "Other", websiteUrl: "https://shop.example.com" },
      ];
    },
  ],
  [
    "sign-in with Google without its secret",
    "prod",
    ({ settings }) => (settings["environment"] = { GOOGLE_OAUTH_CLIENT_ID: "id" }),
  ],
  [
    "the secret of Google's client without its id",
    "prod",
    ({ secrets }) => (secrets["environmentSecrets"] = '{"GOOGLE_OAUTH_CLIENT_SECRET":"secret"}'),
  ],
]);

test("private addresses are accepted where the setting allows them", () => {
  const raw = rawConfig("prod", ({ settings }) => {
    settings["deliveries"] = { allowPrivateNetwork: true };
    settings["webhooks"] = hosts.map((url) => ({ url }));
    settings["agentBots"] = [{ name: "Bot", url: hosts[0] }];
  });
  expect(problemsOf(raw)).toBe("no problem");
});

test("direct uploads are accepted with widgets on the same site", () => {
  const raw = rawConfig("prod", ({ settings }) => {
    settings["installation"] = { DIRECT_UPLOADS_ENABLED: true };
    settings["inboxes"] = [{ kind: "website", name: "Own", websiteUrl: "https://shop.newjoy.ro" }];
  });
  expect(problemsOf(raw)).toBe("no problem");
});
