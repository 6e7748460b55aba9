import { expect, test } from "vitest";
import { rawConfig } from "../../tests/helpers/stack-files.ts";
import { problemsOf, testWrong } from "../../tests/helpers/wrong-configs.ts";

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
