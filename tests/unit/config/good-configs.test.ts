import { expect, test } from "vitest";
import { parseConfig } from "../../../stacks/config/parse.ts";
import { flyConfig, kubernetesConfig, type FlyConfig } from "../../../stacks/config/schema.ts";
import { secretKeys, secretNames } from "../../../stacks/config/secrets.ts";
import { versions } from "../../../components/versions.ts";
import { rawConfig, read, stackNames } from "../../support/stack-files.ts";

test.each(stackNames)("the stack file of %s is valid", (stack) => {
  const { settings, secrets } = parseConfig(rawConfig(stack));
  expect(settings).toMatchSnapshot();
  expect(Object.keys(secrets).sort()).toMatchSnapshot();
});

test("an unset image is the version that this release was tested with", () => {
  expect(parseConfig(rawConfig("prod")).settings.image).toBe(versions.chatwootImage);
});

test("the shortest stack file for Fly has eight settings", () => {
  const { settings } = parseConfig(
    rawConfig("staging", ({ settings }) => {
      for (const key of ["database", "web", "worker", "support"]) delete settings[key];
      settings["web"] = { threads: 3 };
      settings["worker"] = { concurrency: 5 };
    }),
  );
  expect((settings as FlyConfig).fly.releaseMemoryMb).toBe(2048);
});

test("empty values mean not set, as Pulumi.yaml's defaults do", () => {
  const raw = rawConfig("prod");
  const values = { ...raw.values, image: "", fly: "{}", databaseUrl: "", database: "{}", support: "{}" };
  expect(parseConfig({ ...raw, values })).toEqual(parseConfig(raw));
});

test("a direct address for migrations takes them out of the pool's budget", () => {
  const tight = (extra: Record<string, string>) =>
    rawConfig("staging", ({ settings, secrets }) => {
      settings["web"].threads = 10;
      Object.assign(secrets, extra);
    });
  expect(() => parseConfig(tight({}))).toThrow(/web 1 x 10 \+ worker 1 x 5 \+ preparation 1 = 16/);
  expect(
    parseConfig(tight({ migrationDatabaseUrl: "postgresql://postgres:x@db.p.supabase.co:5432/postgres" })).secrets,
  ).toHaveProperty("migrationDatabaseUrl");
});

interface Declared {
  config: Record<string, { type: string; default: unknown; description: string }>;
}

test("Pulumi.yaml declares exactly the keys of the schema, with their types", () => {
  const { config } = read("Pulumi.yaml") as Declared;
  const settings = { ...flyConfig.shape, ...kubernetesConfig.shape };
  const textKeys = ["target", "url", "image", "account", ...secretNames];
  expect(Object.keys(config).sort()).toEqual([...Object.keys(settings), ...secretNames].sort());
  for (const [key, declared] of Object.entries(config)) {
    const text = textKeys.includes(key);
    expect(declared, key).toMatchObject({ type: text ? "string" : "object", default: text ? "" : {} });
    expect(declared.description.length, key).toBeGreaterThan(10);
  }
});

test("Pulumi.yaml describes each secret as the program does", () => {
  const { config } = read("Pulumi.yaml") as Declared;
  for (const name of secretNames) {
    const [, text] = /^Secret(?:, \w+ alone)?: (.*?)(?: \(default.*)?$/.exec(config[name]!.description) ?? [];
    expect(secretKeys[name].description.toLowerCase().replace(/; default .*/, ""), name).toBe(text?.toLowerCase());
  }
});
