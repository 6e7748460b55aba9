import { expect, test } from "vitest";
import { hasPassword, secretValues } from "./secret-values.ts";

test.each([
  ["s3cret", ["s3cret"]],
  ["redis://default:s3c%21ret@h:6379", ["redis://default:s3c%21ret@h:6379", "s3c%21ret", "s3c!ret"]],
  ["redis://u:50%@h", ["redis://u:50%@h", "50%"]],
  ["https://key@o1.example.com/2", ["https://key@o1.example.com/2", "key"]],
  ["https://o1.example.com/2", ["https://o1.example.com/2"]],
  ['{"A":"x","B":[{"C":"y"}],"D":true}', ['{"A":"x","B":[{"C":"y"}],"D":true}', "x", "y"]],
  ['{"A":"x"', ['{"A":"x"']],
])("the secret values of %s", (text, values) => {
  expect(secretValues(text)).toEqual(values);
});

test.each([
  ["redis://:p@h", true],
  ["redis://default:$(REDIS_PASSWORD)@h", false],
  ["redis://h", false],
])("%s has a password: %s", (text, has) => {
  expect(hasPassword(text)).toBe(has);
});
