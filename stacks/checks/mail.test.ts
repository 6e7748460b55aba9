import { expect, test } from "vitest";
import { rawConfig } from "../../tests/helpers/stack-files.ts";
import { parseConfig } from "../parse.ts";

const warned = (change?: Parameters<typeof rawConfig>[1]): string[] =>
  parseConfig(rawConfig("prod", change)).warnings.map(({ key }) => key);

test("a stack without SMTP is deployed with a warning", () => {
  expect(warned()).toEqual([]);
  expect(warned(({ settings }) => delete settings["mail"].smtp)).toEqual(["mail.smtp"]);
});
