import { describe, expect, test } from "vitest";
import { findToken } from "../auth.ts";
import { formatGoDuration, parseGoDuration } from "./durations.ts";
import { splitWords } from "./shell-words.ts";
import { withoutTokens } from "../state/calls.ts";

describe("Go durations", () => {
  test.each([
    ["300s", 300e9, "5m0s"],
    ["20m", 1200e9, "20m0s"],
    ["1h1.5s", 3601.5e9, "1h0m1.5s"],
    ["250ms", 250e6, "250ms"],
    ["0", 0, "0s"],
    ["300ns", 300, "300ns"],
    ["-2s", -2e9, "-2s"],
  ])("%s", (text, nanoseconds, written) => {
    expect(parseGoDuration(text)).toEqual({ nanoseconds });
    expect(formatGoDuration(nanoseconds)).toBe(written);
  });
  test.each(["300", "", "5x", "s", "1m5"])("rejects %j", (text) =>
    expect(parseGoDuration(text)).toHaveProperty("problem"),
  );
});

describe("words of a command", () => {
  test.each([
    ["a  b", ["a", "b"]],
    [`sh -c 'A="$B" c && d'`, ["sh", "-c", 'A="$B" c && d']],
    [`a "b \\" c" d\\ e`, ["a", 'b " c', "d e"]],
    [`a '' b`, ["a", "", "b"]],
    ["a # b", ["a"]],
  ])("%s", (text, words) => expect(splitWords(text)).toEqual(words));
  test.each(["a 'b", 'a "b', "a \\"])("rejects %s", (text) => expect(() => splitWords(text)).toThrow("EOF found"));
});

describe("the token", () => {
  const file = (): string => "from-file";
  test.each([
    ["the flag first", "flag", { FLY_ACCESS_TOKEN: "a", FLY_API_TOKEN: "b" }, "flag"],
    ["FLY_ACCESS_TOKEN before FLY_API_TOKEN", "", { FLY_ACCESS_TOKEN: "a", FLY_API_TOKEN: "b" }, "a"],
    ["FLY_API_TOKEN", "", { FLY_API_TOKEN: "b" }, "b"],
    ["an empty variable hides what comes after it", "", { FLY_ACCESS_TOKEN: "", FLY_API_TOKEN: "b" }, ""],
    ["the file last", "", {}, "from-file"],
    ["without its prefix", "", { FLY_API_TOKEN: "FlyV1 fm2_x" }, "fm2_x"],
  ])("%s", (_, flag, env, token) => expect(findToken(flag, env, file)).toBe(token));

  test("is never logged", () => {
    expect(withoutTokens(["-t", "s3cret", "status", "--access-token=s3cret"]).join(" ")).not.toContain("s3cret");
  });
});
