import { expect, test } from "vitest";
import { secretNames } from "../config/secrets.ts";
import { parseConfig } from "../stacks/parse.ts";
import { rawConfig, stackNames } from "../tests/helpers/stack-files.ts";
import { placeholderOf } from "./placeholders.ts";

/** Uses every secret that the target can have. */
const whole = {
  staging: ["lokiPassword", "flyLogsToken", "backupAccessKeyId", "backupSecretAccessKey", "migrationDatabaseUrl"],
  prod: [],
} as const;

test.each(stackNames)("%s is valid with a placeholder for every secret", (stack) => {
  const raw = rawConfig(stack, ({ settings, secrets }) => {
    settings["support"] = { ...settings["support"], webhookUrl: "https://support.example.com/hook", facts: true };
    settings["mail"].smtp = { address: "smtp.example.com", username: "chat" };
    settings["mail"].inbound = { domain: "reply.example.com" };
    settings["inboxes"] = ["MAIL", "POST"].map((passwordSecret) => ({
      kind: "email",
      name: passwordSecret,
      address: `${passwordSecret}@example.com`,
      imap: { address: "imap.example.com", login: "a", passwordSecret },
    }));
    if (stack === "staging") {
      settings["fly"].logs = { lokiUrl: "https://loki.example.com", lokiUsername: "1" };
      settings["fly"].backup = { bucket: "dumps", endpoint: "https://s3.example.com" };
    }
    const optional = ["environmentSecrets", "installationSecrets", "inboxSecrets", "keptSecrets", "factsDatabaseUrl"];
    const names = [...Object.keys(secrets), ...optional, ...whole[stack], "smtpPassword", "inboundMailPassword"];
    for (const name of names) secrets[name] = placeholderOf(name, settings);
  });
  const parsed = parseConfig(raw);
  expect(Object.keys(parsed.secrets)).toContain("inboxSecrets");
});

test("every placeholder is text", () => {
  for (const name of secretNames) expect(placeholderOf(name, {}), name).not.toBe("");
});
