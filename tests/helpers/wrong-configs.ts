import { expect, test } from "vitest";
import { ConfigError } from "../../config/problems.ts";
import { parseConfig, type RawConfig } from "../../stacks/parse.ts";
import { rawConfig, type Any, type StackName } from "./stack-files.ts";

type Values = { settings: Record<string, Any>; secrets: Record<string, string> };

/** Each breaks one good stack file in one way. */
export type WrongConfig = [what: string, stack: StackName, breakIt: (values: Values) => void];

/** One problem per line, or "no problem". */
export function problemsOf(raw: RawConfig): string {
  try {
    parseConfig(raw);
  } catch (error) {
    if (error instanceof ConfigError)
      return error.message
        .split("\n")
        .slice(1)
        .map((line) => line.trim())
        .join("\n");
    throw error;
  }
  return "no problem";
}

export function testWrong(wrong: WrongConfig[]): void {
  test.each(wrong)("%s", (_what, stack, breakIt) => {
    expect(problemsOf(rawConfig(stack, breakIt))).toMatchSnapshot();
  });
}
