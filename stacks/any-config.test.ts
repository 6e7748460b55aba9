import fc from "fast-check";
import { expect, test } from "vitest";
import { parseConfig, type RawConfig } from "./parse.ts";
import { ConfigError } from "../config/problems.ts";
import { secretNames } from "../config/secrets.ts";
import { rawConfig, stackNames, type StackName } from "../tests/helpers/stack-files.ts";

function problemsOf(raw: RawConfig): readonly { key: string; message: string }[] {
  try {
    parseConfig(raw);
    return [];
  } catch (error) {
    // Anything else would reach the user as a stack trace.
    expect(error).toBeInstanceOf(ConfigError);
    return (error as ConfigError).problems;
  }
}

/** Every place in a stack's configuration, as a path of keys. */
function paths(value: unknown, path: string[] = []): string[][] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [path];
  return [path, ...Object.entries(value).flatMap(([key, item]) => paths(item, [...path, key]))].filter(
    ({ length }) => length > 0,
  );
}

function settingsOf(stack: StackName): Record<string, unknown> {
  let found = {};
  rawConfig(stack, ({ settings }) => (found = structuredClone(settings)));
  return found;
}

const garbage = fc.oneof(
  fc.constantFrom(null, true, -1, 0, 1.5, 1e9, "", " ", "null", "{", "[]", "{}", "\u0000", "a b", "%"),
  fc.string(),
  fc.jsonValue({ maxDepth: 2 }),
);

test.each(stackNames)("any value at one place of %s gives a valid config or a list of problems", (stack) => {
  const place = fc.constantFrom(...paths(settingsOf(stack)));
  fc.assert(
    fc.property(place, garbage, (path, value) => {
      const problems = problemsOf(
        rawConfig(stack, ({ settings }) => {
          const parent = path.slice(0, -1).reduce((inner, key) => inner[key], settings);
          parent[path.at(-1) as string] = value;
        }),
      );
      for (const { message } of problems) expect(message).toMatch(/\. |\? /);
    }),
    { numRuns: 500 },
  );
});

test.each(stackNames)("a key that %s cannot have is named", (stack) => {
  const place = fc.constantFrom(...paths(settingsOf(stack)).filter((path) => path.length > 1));
  fc.assert(
    fc.property(place, fc.stringMatching(/^[a-z]{3,12}$/), (path, name) => {
      const parents = path.slice(0, -1);
      const key = [...parents, `x${name}`].join(".");
      const problems = problemsOf(
        rawConfig(stack, ({ settings }) => {
          parents.reduce((inner, part) => inner[part], settings)[`x${name}`] = 1;
        }),
      );
      expect(problems.map((problem) => problem.key)).toContain(key);
    }),
  );
});

/** Texts that look like what is copied by mistake, around a secret. */
const secretText = fc
  .tuple(
    fc.constantFrom("", " ", "postgresql://", "postgresql://u:", '{"NAME": "', "https://u:", "[", "<", "${", "\u0000"),
    fc.constantFrom(
      "",
      "@h/db",
      "@h:99999/db",
      "@h/db?pgbouncer=true",
      '"}',
      "\n",
      "\r",
      "]",
      ">",
      "#x@h/db",
      "/x@h:1/d",
    ),
    fc.string({ maxLength: 5 }),
  )
  .map(([before, after, more]) => `${before}planted-secret${more}${after}`);

test.each(stackNames)("no secret of %s makes a check throw, or appears in a message", (stack) => {
  fc.assert(
    fc.property(fc.constantFrom(...secretNames), secretText, (name, value) => {
      const problems = problemsOf(rawConfig(stack, ({ secrets }) => (secrets[name] = value)));
      for (const { key, message } of problems) expect(`${key} ${message}`).not.toContain("planted");
    }),
    { numRuns: 300 },
  );
});
