import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { passwordsIn, redact } from "./redact.ts";

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
    "in JSON": (text: string) => JSON.stringify(text).slice(1, -1),
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
