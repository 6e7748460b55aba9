import { expect, test } from "vitest";
import { versionOf } from "../../components/chatwoot/upgrade.ts";
import { installationOnly, readVariables, variablesVersion } from "../../config/chatwoot-variables.ts";
import { versions } from "../../config/versions.ts";
import { rawConfig } from "../../tests/helpers/stack-files.ts";
import { problemsOf } from "../../tests/helpers/wrong-configs.ts";

/** Names of .env.example that Chatwoot 4.16.2 never reads. */
const onlyInExample =
  "DIRECT_UPLOADS_ENABLED ELASTIC_APM_SERVER_URL FCM_SERVER_KEY MAILGUN_INGRESS_SIGNING_KEY MANDRILL_INGRESS_API_KEY RAILS_INBOUND_EMAIL_PASSWORD WEBPACKER_DEV_SERVER_PUBLIC";

const names = [...new Set([...readVariables, ...installationOnly, ...onlyInExample.split(" ")])].sort();

function verdictOf(key: string, problems: string): string {
  const line = problems.split("\n").find((each) => each.startsWith(`chatwoot:${key}: `));
  return line === undefined ? "fine" : line.slice(`chatwoot:${key}: `.length);
}

/** The verdict of every name of the list, open and as a secret. */
test("every name of Chatwoot's source has its verdict", () => {
  const open = problemsOf(
    rawConfig("staging", ({ settings }) => {
      settings["environment"] = Object.fromEntries(names.map((name) => [name, "x"]));
    }),
  );
  const secret = problemsOf(
    rawConfig("staging", ({ secrets }) => {
      secrets["environmentSecrets"] = JSON.stringify(Object.fromEntries(names.map((name) => [name, "planted-value"])));
    }),
  );
  const verdicts = names.map((name) => {
    const [asOpen, asSecret] = [
      verdictOf(`environment.${name}`, open),
      verdictOf(`environmentSecrets.${name}`, secret),
    ];
    return asOpen === asSecret ? `${name}: ${asOpen}` : `${name}: ${asOpen} As a secret: ${asSecret}`;
  });
  expect(secret).not.toContain("planted-value");
  expect(verdicts).toMatchSnapshot();
});

test("the names are of the default version, whose source was read", () => {
  expect(versionOf(versions.chatwootImage)).toBe(variablesVersion);
});
