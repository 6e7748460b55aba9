import { Ajv } from "ajv";
import formats from "ajv-formats";
import { describe, expect, test } from "vitest";
import { read, type Any } from "../helpers/stack-files.ts";
import { readText } from "./repository.ts";

const ajv = new Ajv({
  allErrors: true,
  strict: true,
  strictRequired: false,
  strictTypes: false,
  allowUnionTypes: true,
});
formats.default(ajv);
const schemaPath = "schema/pulumi-stack.schema.json";
const valid = ajv.compile(JSON.parse(readText(schemaPath)) as object);

const stackFiles = ["Pulumi.staging.yaml", "Pulumi.prod.yaml"] as const;

/** The position and the message of a rejection, after a change. */
function problems(path: string, change: (config: Any) => void = () => {}): string[] {
  const file = structuredClone(read(path)) as { config: Any };
  change(file.config);
  valid(file);
  return (valid.errors ?? [])
    .filter(({ keyword }) => keyword !== "if")
    .map(({ instancePath, keyword, params }) => `${instancePath} ${keyword} ${JSON.stringify(params)}`);
}

describe("the JSON Schema of stack files", () => {
  test.each(stackFiles)("accepts %s, which names it for editors", (path) => {
    expect(problems(path)).toEqual([]);
    expect(readText(path).split("\n")[0]).toBe(`# yaml-language-server: $schema=${schemaPath}`);
  });

  test("accepts an encrypted secret, and keys of Pulumi and its providers", () => {
    expect(
      problems("Pulumi.staging.yaml", (config) => {
        config["chatwoot:databaseUrl"] = { secure: "AAABAExample" };
        config["aws:region"] = "eu-central-1";
      }),
    ).toEqual([]);
  });

  const wrong: [string, (typeof stackFiles)[number], (config: Any) => void, RegExp][] = [
    ["a misspelt key", "Pulumi.staging.yaml", (c) => (c["chatwoot:wbe"] = {}), /"chatwoot:wbe"/],
    ["a misspelt key inside", "Pulumi.prod.yaml", (c) => (c["chatwoot:web"].counts = 2), /chatwoot:web .*"counts"/],
    ["a key of the other target", "Pulumi.staging.yaml", (c) => (c["chatwoot:kubernetes"] = {}), /chatwoot:kubernetes/],
    ["a secret of the other target", "Pulumi.staging.yaml", (c) => (c["chatwoot:oidcClientId"] = {}), /oidcClientId/],
    [
      "a secret in plain text",
      "Pulumi.staging.yaml",
      (c) => (c["chatwoot:databaseUrl"] = "postgresql://"),
      /databaseUrl/,
    ],
    ["a missing key", "Pulumi.prod.yaml", (c) => delete c["chatwoot:url"], /required .*chatwoot:url/],
    ["a missing target", "Pulumi.prod.yaml", (c) => delete c["chatwoot:target"], /required .*chatwoot:target/],
    [
      "a value out of its range",
      "Pulumi.prod.yaml",
      (c) => (c["chatwoot:web"].count = 0),
      /chatwoot:web\/count minimum/,
    ],
    ["an image without a version", "Pulumi.prod.yaml", (c) => (c["chatwoot:image"] = "chatwoot"), /image pattern/],
  ];
  test.each(wrong)("rejects %s", (_, path, change, message) => {
    expect(problems(path, change).join("\n")).toMatch(message);
  });
});
