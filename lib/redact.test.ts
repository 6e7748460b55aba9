import { expect, test } from "vitest";
import { passwordsIn } from "./redact.ts";

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
  const began = performance.now();
  expect(passwordsIn(`${"a".repeat(1_000_000)}://u:p4ssword@h`)).toEqual(["p4ssword"]);
  expect(performance.now() - began).toBeLessThan(2_000);
});
