import { expect, test } from "vitest";
import { encodeSecrets } from "./secrets-encoding.ts";

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
