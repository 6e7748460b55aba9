import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { passwordsIn, redact, redactLookalikes } from "./redact.ts";

test.each([
  ["redis://default:s3cret@host:6379", ["s3cret"]],
  ["REDIS_URL=rediss://:s3cret@host", ["s3cret"]],
  ["a1+b.c-d://u:one@h and HTTPS://u:two@h", ["one", "two"]],
  ["https://u:one@https://u:two@h", ["one", "two"]],
  ["://u:p@h, 1://u:p@h, https://user@h", []],
])("the passwords in %j", (text, passwords) => {
  expect(passwordsIn(text)).toEqual(passwords);
});

test("a long word is scanned in linear time", () => {
  // A quadratic scan takes hours, far beyond the test's time limit.
  expect(passwordsIn(`${"a".repeat(1_000_000)}://u:p4ssword@h`)).toEqual(["p4ssword"]);
});

describe("no form of a secret is left in a text", () => {
  const secret = fc.string({ minLength: 6, maxLength: 30 }).filter((text) => !/[<>]/.test(text));
  const forms = {
    plain: (text: string) => text,
    "percent-encoded": (text: string) => encodeURIComponent(text),
    "percent-encoded in lower case": (text: string) =>
      encodeURIComponent(text).replace(/%[0-9A-F]{2}/g, (digits) => digits.toLowerCase()),
    "percent-encoded with every mark": (text: string) =>
      encodeURIComponent(text).replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`),
    "in a form": (text: string) => new URLSearchParams({ "": text }).toString().slice(1),
    "in JSON": (text: string) => JSON.stringify(text).slice(1, -1),
    "in base64": (text: string) => Buffer.from(text).toString("base64"),
    "in base64 for addresses": (text: string) => Buffer.from(text).toString("base64url"),
  };

  test.each(Object.entries(forms))("%s", (_, form) => {
    fc.assert(
      fc.property(secret, fc.string({ maxLength: 30 }), (value, around) => {
        const shown = form(value);
        fc.pre(![around, "<>", "[secret]"].some((text) => text.includes(shown)));
        expect(redact(`${around}<${shown}>`, [value])).toBe(`${redact(around, [value])}<[secret]>`);
      }),
    );
  });

  test.each([[["inner-part", "the-inner-part-of-it"]], [["the-inner-part-of-it", "inner-part"]]])(
    "a secret that contains another: %j",
    (secrets) => {
      expect(redact("<the-inner-part-of-it> <inner-part>", secrets)).toBe("<[secret]> <[secret]>");
    },
  );
});

test.each([
  ["a whole address", "postgresql://u:p%40ssw0rd@db:5432/x", "p@ssw0rd and p%40ssw0rd", "[secret] and [secret]"],
  ["a value of a JSON secret", '{"A":{"B":["inner-value"]}}', "A is inner-value", "A is [secret]"],
  ["an address in a JSON secret", '{"A":"redis://:inner-pass@h"}', "got inner-pass", "got [secret]"],
  ["a number in a JSON secret", '{"pin":12345678}', "pin 12345678", "pin [secret]"],
  ["the token of a web address", "https://sentry-key@o1.example.com/2", "key sentry-key", "key [secret]"],
  ["a line of a key", "-----BEGIN-----\nbGluZQ-one\n", "at bGluZQ-one", "at [secret]"],
])("%s", (_, secret, text, shown) => {
  expect(redact(text, [secret])).toBe(shown);
});

test("a lone surrogate", () => {
  expect(redact("<\ud800 secret>", ["\ud800 secret"])).toBe("<[secret]>");
});

test("values with the name of a secret, such as one from before a rotation", () => {
  const names = ["API_TOKEN", "POSTGRES_PASSWORD", "SECRET_KEY_BASE", "ACTIVE_RECORD_ENCRYPTION_PRIMARY_KEY"];
  for (const name of [...names, "ACTIVE_RECORD_ENCRYPTION_KEY_DERIVATION_SALT"])
    expect(redactLookalikes(`${name}=old-value RAILS_ENV=production`)).toBe(`${name}=[secret] RAILS_ENV=production`);
});

describe("a value from before a rotation, which nothing here knows", () => {
  const old = "planted-0ld-value";
  test.each([
    `SMTP_PASSWORD=${old}`,
    `{"FB_APP_SECRET":"${old}"}`,
    `"{\\"FB_APP_SECRET\\":\\"${old}\\"}"`,
    `SENTRY_DSN=https://${old}@o1.ingest.sentry.io/1`,
    `SMTP_PASSWORD_BASE64=${Buffer.from(old).toString("base64")}`,
    `redis-cli --password ${old} ping`,
    `hmac_key: ${old}`,
    `signing-key=${old}`,
    `credential=${old}`,
  ])("is hidden by its name or its place: %s", (line) => {
    const shown = redactLookalikes(line);
    expect(shown).toContain("[secret]");
    expect(shown).not.toContain(old);
    expect(shown).not.toContain(Buffer.from(old).toString("base64"));
  });

  // docs/fly/driver.md says so.
  test("is not hidden without either", () => expect(redactLookalikes(`tried ${old}`)).toBe(`tried ${old}`));
});
