import fc from "fast-check";
import { expect, test } from "vitest";
import { encodeSecrets } from "./secrets-encoding.ts";
import { redact, passwordsIn } from "../../lib/redact.ts";

test.each([
  ["plain", 'A="""plain"""\n'],
  ["redis://default:p#ss@h:6379", 'A="""redis://default:p#ss@h:6379"""\n'],
  ['say "#1', `A='say "#1'\n`],
  ['"', 'A="""""""\n'],
  ["two\nlines", 'A="""two\nlines"""\n'],
  ["", 'A=""""""\n'],
])("%j", (value, encoded) => {
  expect(encodeSecrets({ A: value })).toBe(encoded);
});

test.each([
  ["carriage return", "a\r\nb"],
  ["zero byte", "a\0b"],
  ["a long line", "x".repeat(60_001)],
  ["closing quotes inside", 'a"""\nb'],
  ["odd quotes before a # in the first of several lines", '"#\nb'],
])("%s is refused by name, without the value", (_what, value) => {
  expect(() => encodeSecrets({ SMTP_PASSWORD: value })).toThrow(
    /^secret SMTP_PASSWORD: .*which flyctl cannot import\. Choose another value\.$/s,
  );
  try {
    encodeSecrets({ SMTP_PASSWORD: value });
  } catch (error) {
    expect((error as Error).message).not.toContain(value);
  }
});

test("no secret is left in a text, in whichever form it stands there", () => {
  const word = fc.string({ minLength: 6, maxLength: 30 });
  fc.assert(
    fc.property(word, word, (secret, around) => {
      const text = `${around} ${secret} ${JSON.stringify({ secret })} redis://x:${encodeURIComponent(secret)}@h`;
      fc.pre(!"[secret]".includes(secret) && !around.includes(secret));
      expect(redact(text, [secret]).replaceAll("[secret]", "")).not.toContain(secret);
    }),
  );
});

test("passwords are found in addresses", () => {
  expect(passwordsIn("Private URL │ redis://default:abc123@fly-x.upstash.io:6379 and postgres://u:p@h")).toEqual([
    "abc123",
    "p",
  ]);
});
