import { describe, expect, test } from "vitest";
import { parseConfig } from "./parse.ts";
import { flyConfig, kubernetesConfig, type FlyConfig } from "../config/schema.ts";
import { secretKeys, secretNames } from "../config/secrets.ts";
import { versions } from "../config/versions.ts";
import { rawConfig, read, stackNames, type Any } from "../tests/helpers/stack-files.ts";

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

describe("a pool that web and worker fill", () => {
  const full = (breakIt: (secrets: Record<string, string>, settings: Record<string, Any>) => void) => {
    const config = parseConfig(
      rawConfig("staging", ({ settings, secrets }) => {
        settings["web"].threads = 10;
        delete settings["support"].facts;
        breakIt(secrets, settings);
      }),
    );
    return config.target === "fly" ? config.connections : undefined;
  };

  test("stops them while the database is migrated", () => {
    expect(full(() => undefined)?.maintenance).toEqual({
      stops: true,
      reason: "the pool lets 15 clients in, too few for web and worker beside the migration",
    });
  });

  test("needs no window where migrations have a direct address", () => {
    const direct = "postgresql://postgres:x@db.p.supabase.co:5432/postgres";
    expect(full((secrets) => (secrets["migrationDatabaseUrl"] = direct))?.maintenance).toEqual({ stops: false });
  });

  test("needs it where the address for migrations leads into the same pool", () => {
    const same = (secrets: Record<string, string>) => (secrets["migrationDatabaseUrl"] = secrets["databaseUrl"]!);
    expect(full(same)?.maintenance).toMatchObject({ stops: true });
  });
});

interface Declared {
  config: Record<string, { type: string; default: unknown; description: string }>;
}

test("Pulumi.yaml declares exactly the keys of the schema, with their types", () => {
  const { config } = read("Pulumi.yaml") as Declared;
  const settings = { ...flyConfig.shape, ...kubernetesConfig.shape };
  const textKeys = ["target", "url", "image", "uncheckedImage", "account", ...secretNames];
  expect(Object.keys(config).sort()).toEqual([...Object.keys(settings), ...secretNames].sort());
  for (const [key, declared] of Object.entries(config)) {
    const text = textKeys.includes(key);
    const list = ["webhooks", "inboxes", "agentBots"].includes(key);
    const type = list ? { type: "array", items: { type: "object" }, default: [] } : { type: "object", default: {} };
    expect(declared, key).toMatchObject(text ? { type: "string", default: "" } : type);
    expect(declared.description.length, key).toBeGreaterThan(10);
  }
});

test("Pulumi.yaml and secrets.ts describe each secret alike", () => {
  const { config } = read("Pulumi.yaml") as Declared;
  for (const name of secretNames) {
    const [, text] = /^Secret(?:, \w+ only)?: (.*)$/.exec(config[name]!.description) ?? [];
    expect(secretKeys[name].description.toLowerCase(), name).toBe(text?.toLowerCase());
  }
});
