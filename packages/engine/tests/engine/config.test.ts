import fc from "fast-check";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  layOver,
  loadStackConfig,
  mergeValues,
  openCrypter,
  parseStackFile,
  resolveConfig,
  secret,
} from "../../src/index.ts";
import { hasType } from "../../src/project-config.ts";
import { parseProject, splitWords } from "../../src/project.ts";
import { writeStackFile } from "../../src/stack-file.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const passphrase = "correct horse";
const project = (config: string) =>
  parseProject(`name: proj\nruntime: nodejs\nconfig:\n${config}`, "/nowhere", "Pulumi.yaml");

describe("a project's config block", () => {
  test("applies defaults and values, and adds namespaces to keys", () => {
    const given = project(
      "  a: {type: integer, default: 3}\n  b: {value: [1, 2]}\n  other:c: {value: x}\n  d: short\n",
    );
    expect(resolveConfig(given, "dev", {}).values).toEqual({
      "proj:a": "3",
      "proj:b": "[1,2]",
      "other:c": "x",
      "proj:d": "short",
    });
    expect(resolveConfig(given, "dev", { "proj:a": 5 }).values["proj:a"]).toBe("5");
  });

  test("rejects missing keys with Pulumi's message", () => {
    const given = project("  a: {type: string}\n  b: {type: string}\n  c: {type: string}\n");
    expect(() => resolveConfig(given, "dev", { "proj:a": "x", "proj:b": "y" })).toThrow(
      "Stack 'dev' is missing configuration value 'c'",
    );
    expect(() => resolveConfig(given, "dev", {})).toThrow(
      "Stack 'dev' is missing configuration values 'a', 'b' and 'c'",
    );
  });

  test.each([
    ["{type: integer}", "x", "must be of type 'integer'"],
    ["{type: boolean}", "x", "must be of type 'boolean'"],
    ["{type: object}", "x", "must be of type 'object'"],
    ["{type: array, items: {type: integer}}", ["x"], "must be of type 'array<integer>'"],
    ["{type: string, secret: true}", "x", "must be encrypted as it's secret"],
  ])("%s rejects %j", (type, value, message) => {
    expect(() => resolveConfig(project(`  a: ${type}\n`), "dev", { "proj:a": value })).toThrow(message);
  });

  test("accepts numbers and booleans as text", () => {
    expect(hasType("integer", undefined, "-12")).toBe(true);
    expect(hasType("integer", undefined, 1.5)).toBe(false);
    expect(hasType("boolean", undefined, "true")).toBe(true);
    expect(hasType("string", undefined, 1)).toBe(false);
    expect(resolveConfig(project("  a: {type: boolean}\n"), "dev", { "proj:a": true }).values).toEqual({
      "proj:a": "true",
    });
    expect(resolveConfig(project("  a: {type: string, secret: true}\n"), "dev", { "proj:a": secret("x") })).toEqual({
      values: { "proj:a": "x" },
      secretKeys: ["proj:a"],
    });
  });

  test("rejects other runtimes and invalid projects", () => {
    expect(() => parseProject("name: a\nruntime: python", "/x", "Pulumi.yaml")).toThrow(
      "does not support the runtime 'python'",
    );
    expect(() => parseProject("runtime: nodejs", "/x", "Pulumi.yaml")).toThrow("missing a 'name'");
    expect(() => project("  a: {default: 1, value: 2}\n")).toThrow("cannot have both");
    expect(() => project("  a: {type: array}\n")).toThrow("Add 'items'");
    expect(() => project("  a: {type: integer, default: x}\n")).toThrow("not of the expected type 'integer'");
    expect(splitWords(`--a "b c" --d='e f'`)).toEqual(["--a", "b c", "--d=e f"]);
  });
});

describe("a stack file", () => {
  test("is overlaid with plain and secret values, and read back", async () => {
    const folder = temporaryFolder("engine-config");
    const path = join(folder, "Pulumi.dev.yaml");
    const { decrypt: _decrypt, encrypt, salt } = await openCrypter(passphrase);
    const before = [
      `encryptionsalt: ${salt}`,
      "# kept",
      "environment: [team]",
      "config:",
      "  plain: one",
      "  proj:config:old: 7",
      `  proj:secret: {secure: "${encrypt("mine")}"}`,
      `  proj:object: {keep: 1, change: a, deep: {password: {secure: "${encrypt("deep")}"}}}`,
    ].join("\n");
    const file = parseStackFile(before, "proj");
    const overlay = {
      "proj:object": { change: "b", deep: { token: secret("new") }, __proto__: undefined },
      "proj:all": secret({ user: "u", list: ["x"] }),
      "proj:plain": "two",
    };
    const { text } = await layOver({ file, overlay, passphrase });
    expect(text).toContain("# kept");
    expect(text).not.toMatch(/mine|deep: deep|"new"/);
    await writeStackFile(path, text);
    const loaded = await loadStackConfig({
      project: project("  x: {value: 1}\n"),
      stack: "dev",
      file: path,
      passphrase,
    });
    expect(JSON.parse(loaded.values["proj:object"] as string)).toEqual({
      keep: 1,
      change: "b",
      deep: { password: "deep", token: "new" },
    });
    expect(loaded.values).toMatchObject({ "proj:plain": "two", "proj:old": "7", "proj:secret": "mine" });
    expect(JSON.parse(loaded.values["proj:all"] as string)).toEqual({ user: "u", list: ["x"] });
    expect(loaded.secretKeys.sort()).toEqual(["proj:all", "proj:object", "proj:secret"]);
    expect(loaded.salt).toBe(salt);
    const options = { project: project("  x: {value: 1}\n"), stack: "dev", file: path };
    await expect(loadStackConfig(options)).rejects.toThrow("no passphrase is set");
    await expect(loadStackConfig({ ...options, passphrase: "wrong" })).rejects.toThrow("incorrect passphrase");
    await writeFile(path, (await readFile(path, "utf8")).replace(/encryptionsalt: .*\n/, ""));
    await expect(loadStackConfig({ ...options, passphrase })).rejects.toThrow("no 'encryptionsalt'");
  });

  test("drops values that a null overlays", async () => {
    const file = parseStackFile(
      "config:\n  proj:kept: 1\n  proj:gone: x\n  proj:object: {a: 1, b: {c: 2, d: 3}}\n",
      "proj",
    );
    const { text } = await layOver({
      file,
      overlay: { "proj:gone": null, "proj:object": { b: { c: null } }, "proj:never": null },
      passphrase,
    });
    expect(parseStackFile(text, "proj").config).toEqual({ "proj:kept": 1, "proj:object": { a: 1, b: { d: 3 } } });
  });

  test("is created if missing", async () => {
    const { text } = await layOver({
      file: parseStackFile("", "proj"),
      overlay: { "proj:a": secret("x") },
      passphrase,
    });
    expect(text).toMatch(/^encryptionsalt: v1:.*\nconfig:\n {2}proj:a:\n {4}secure: v1:/);
  });

  test("rejects an invalid file", () => {
    expect(() => parseStackFile("- a", "proj")).toThrow("not a mapping");
    expect(() => parseStackFile("config: {", "proj")).toThrow("not YAML");
    expect(() => parseStackFile("secretsprovider: awskms://x", "proj")).toThrow(
      "does not support the secrets provider",
    );
  });

  const value = fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4 },
      fc.string(),
      fc.integer(),
      fc.array(fc.string(), { maxLength: 2 }),
      fc.dictionary(fc.string(), tie("tree"), { maxKeys: 4 }),
    ),
  })).tree as fc.Arbitrary<unknown>;

  test("merges: a value over itself is unchanged, an empty object changes nothing, the overlay's leaves win", () => {
    fc.assert(
      fc.property(value, value, (base, overlay) => {
        expect(mergeValues(base, base)).toEqual(base);
        expect(mergeValues(base, overlay)).toEqual(mergeValues(mergeValues(base, overlay), overlay));
        if (typeof base === "object" && base !== null && !Array.isArray(base))
          expect(mergeValues(base, {})).toEqual(base);
        if (typeof overlay !== "object") expect(mergeValues(base, overlay)).toBe(overlay);
      }),
    );
  });
});
