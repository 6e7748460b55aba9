import * as pulumi from "@pulumi/pulumi";
import { expect, test } from "vitest";
import { inboundMailServices } from "../../config/inbound-mail.ts";
import { rawConfig, type Any } from "../../tests/helpers/stack-files.ts";
import { parseConfig } from "../parse.ts";
import { environmentOnFly, type FlyEnvironment } from "./environment.ts";
import type { FlyStack } from "./stack.ts";

type Change = (values: { settings: Record<string, Any>; secrets: Record<string, string> }) => void;

/** The environment of staging with a change. */
function environmentOf(change: Change): FlyEnvironment {
  const parsed = parseConfig(rawConfig("staging", change));
  const given = (name: string) => (name in parsed.secrets ? pulumi.secret("x") : undefined);
  const address = parsed.addresses.migrationDatabaseUrl;
  const stack = {
    config: {
      settings: parsed.settings,
      optionalSecret: given,
      secret: given,
      environmentSecrets: parsed.environmentSecrets,
      migrationDatabase: address && { ...address, password: pulumi.secret("x") },
    },
    secrets: { secretKeyBase: pulumi.secret("x"), encryptionKeys: {} },
    database: { ...parsed.addresses.databaseUrl, password: pulumi.secret("x") },
  };
  return environmentOnFly(stack as unknown as FlyStack, { url: pulumi.secret("x") });
}

const without: Change = ({ settings, secrets }) => {
  for (const key of ["inboundMail", "support"]) delete settings[key];
  delete settings["mail"].smtp;
  for (const key of ["smtpPassword", "factsDatabaseUrl", "storageAccessKeyId", "storageSecretAccessKey"])
    delete secrets[key];
  settings["storage"] = { kind: "tigris", bucket: "hotdash-files" };
};

const variants: [what: string, change: Change][] = [
  ["everything of the shipped file", () => {}],
  // Amazon SES has no secret.
  ...inboundMailServices
    .filter((service) => service !== "ses")
    .map((service): [string, Change] => [
      `inbound mail by ${service}`,
      ({ settings, secrets }) => {
        settings["mail"].inbound = { service, domain: "mail.example.com" };
        secrets["inboundMailPassword"] = "planted-inbound-password";
      },
    ]),
  [
    "secret settings",
    ({ secrets }) => (secrets["installationSecrets"] = JSON.stringify({ FB_APP_SECRET: "planted-1" })),
  ],
  [
    "another address for migrations",
    ({ secrets }) => (secrets["migrationDatabaseUrl"] = secrets["databaseUrl"]!.replace("6543", "5432")),
  ],
];

test.each(variants)("%s: each secret is removed if a failed run left it", (_, change) => {
  const { secrets, retired } = environmentOf(without);
  const left = Object.keys(environmentOf(change).secrets).filter((name) => !(name in secrets));
  expect(retired).toEqual(expect.arrayContaining(left));
});
