import { expect, test } from "vitest";
import { rawConfig, type StackName } from "../../tests/helpers/stack-files.ts";
import { problemsOf } from "../../tests/helpers/wrong-configs.ts";

const website = (index: number, welcomeTagline: string) => ({
  kind: "website",
  name: `Shop ${index}`,
  websiteUrl: "https://shop.example.com",
  welcomeTagline,
});
const greetings = (stack: StackName, count: number, bytes: number) =>
  problemsOf(
    rawConfig(stack, ({ settings }) => {
      settings["inboxes"] = Array.from({ length: count }, (_, index) => website(index, "ß".repeat(bytes / 2)));
    }),
  );

test("greetings that make fly.toml too long are refused", () => {
  expect(greetings("staging", 10, 9_900)).toMatch(
    /^chatwoot:inboxes: takes \d+ bytes of a fly\.toml of \d+, more than the 131071 that the driver can get\. Shorten it by \d+ bytes\.$/,
  );
  expect(greetings("staging", 5, 9_900)).toBe("no problem");
});

test.each(["staging", "prod"] as const)("%s: a variable that no program can get is refused", (stack) => {
  expect(greetings(stack, 14, 9_900)).toMatch(
    /^chatwoot:inboxes: takes \d+ bytes as the variable BOOTSTRAP_INBOXES, more than the 131071 that a program can get\. Shorten it\.$/,
  );
});

test("the limit counts the name and every byte", () => {
  const withValue = (bytes: number) =>
    problemsOf(rawConfig("prod", ({ settings }) => (settings["environment"] = { OTEL_CUSTOM: "a".repeat(bytes) })));
  expect(withValue(131_071 - "OTEL_CUSTOM=".length)).not.toContain("as the variable");
  expect(withValue(131_072 - "OTEL_CUSTOM=".length)).toContain(
    "environment.OTEL_CUSTOM: takes 131072 bytes as the variable OTEL_CUSTOM",
  );
});

test.each([
  ["environment", "environment.OTEL_X_0: is in a ConfigMap of"],
  ["environmentSecrets", "environmentSecrets: is in a Secret of"],
])("%s beyond the size of an object is refused on Kubernetes", (key, problem) => {
  const values = Object.fromEntries(Array.from({ length: 11 }, (_, index) => [`OTEL_X_${index}`, "a".repeat(100_000)]));
  const raw = rawConfig("prod", ({ settings, secrets }) => {
    if (key === "environment") settings[key] = values;
    else secrets[key] = JSON.stringify(values);
  });
  expect(problemsOf(raw)).toContain(problem);
});

test("an environment that no program can get as a whole", () => {
  const many = (name: string) =>
    Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`${name}_${index}`, "a".repeat(101_000)]));
  const raw = rawConfig("prod", ({ settings, secrets }) => {
    settings["environment"] = many("OTEL_X");
    secrets["environmentSecrets"] = JSON.stringify(many("OTEL_Y"));
  });
  expect(problemsOf(raw)).toMatch(
    /OTEL_X_0: is in an environment of 20\d{5} bytes, more than the 2000000 that a program can get\. Shorten or remove variables\.$/,
  );
});

test.each(["environmentSecrets", "installationSecrets"])("%s: a line that flyctl cannot import", (key) => {
  const name = key === "environmentSecrets" ? "OTEL_X" : "FB_APP_SECRET";
  const problem = problemsOf(
    rawConfig("staging", ({ secrets }) => (secrets[key] = JSON.stringify({ [name]: "a".repeat(60_001) }))),
  );
  expect(problem).toContain("has a line over 60000 bytes, which flyctl cannot import. Choose another value.");
  expect(problem).toContain(`chatwoot:${key}`);
});
