import { execFileSync } from "node:child_process";
import { parse } from "smol-toml";
import { expect, test } from "vitest";
import { preparationFiles } from "./chatwoot/preparation.ts";
import { renderMachineConfig, type MachineConfigArgs } from "./fly/machine-config.ts";
import { chartValues, imageParts } from "./kubernetes/chart/values.ts";
import { defaultPods } from "../tests/helpers/default-pods.ts";
import { oneWorker } from "../tests/helpers/workers.ts";

const machineConfig: MachineConfigArgs = {
  app: "hotdash-chatwoot",
  region: "ord",
  image: "chatwoot/chatwoot:v4.16.2",
  settings: { FRONTEND_URL: "https://hotdash-chatwoot.fly.dev" },
  webMemoryMb: 1024,
  workers: [oneWorker(2048)],
  releaseMemoryMb: 4096,
  concurrency: 1500,
  strategy: "rolling",
  migratesDirectly: true,
  hasTigrisKeys: false,
  initializers: [{ name: "a.rb", path: "/app/config/initializers/zz_deployment/a.rb", text: "A = 1\n" }],
};

test("fly.toml as text", () => {
  expect(renderMachineConfig(machineConfig).replace(/raw_value = .*/g, 'raw_value = "..."')).toMatchSnapshot();
});

test("fly.toml carries the scripts of the preparation and the initializers whole, and its release command has no quote that ends it", () => {
  const toml = parse(renderMachineConfig(machineConfig)) as {
    files: { guest_path: string; raw_value: string }[];
    deploy: { release_command: string };
  };
  const wanted = [...preparationFiles, ...machineConfig.initializers];
  expect(toml.files).toEqual(wanted.map(({ path, text }) => ({ guest_path: path, raw_value: text })));
  expect(toml.deploy.release_command.match(/'/g)).toHaveLength(2);
});

test("every duration in fly.toml has a unit", () => {
  const durations = [...renderMachineConfig(machineConfig).matchAll(/^(\s*\w*(?:timeout|period|interval)) = (.*)$/gm)];
  expect(durations.length).toBeGreaterThan(6);
  for (const [, key, value] of durations) expect(value, key).toMatch(/^"\d+[sm]"$/);
});

test("only a stack with an address for migrations uses it", () => {
  expect(renderMachineConfig(machineConfig)).toContain("MIGRATION_DATABASE_URL");
  expect(renderMachineConfig({ ...machineConfig, migratesDirectly: false })).not.toContain("MIGRATION_DATABASE_URL");
});

test("keys that Fly gave to the app reach every process by the names that Chatwoot reads", () => {
  const { processes, deploy } = parse(renderMachineConfig({ ...machineConfig, hasTigrisKeys: true })) as {
    processes: Record<string, string>;
    deploy: { release_command: string };
  };
  const shown = `printf "%s " $STORAGE_ACCESS_KEY_ID $STORAGE_SECRET_ACCESS_KEY`;
  for (const command of [...Object.values(processes), deploy.release_command]) {
    // Fly splits the words and starts the first one; a shell has the text of the third.
    const [, shell = ""] = /^sh -c '([^']*)'$/.exec(command) ?? [];
    const exported = shell.slice(0, shell.indexOf("; ") + 1);
    const env = { PATH: process.env["PATH"]!, AWS_ACCESS_KEY_ID: "id 1", AWS_SECRET_ACCESS_KEY: 'se"cret$x' };
    expect(execFileSync("sh", ["-c", `${exported} ${shown}`], { env, encoding: "utf8" })).toBe('id 1 se"cret$x ');
  }
  expect(processes["worker"]).toMatch(/; exec bundle exec sidekiq -C config\/sidekiq\.yml'$/);
  expect(renderMachineConfig(machineConfig)).not.toContain("AWS_ACCESS_KEY_ID");
});

test.each([
  ["chatwoot/chatwoot:v4.16.2", "chatwoot/chatwoot", "v4.16.2"],
  ["registry.example.com:5000/chatwoot:v4.16.2", "registry.example.com:5000/chatwoot", "v4.16.2"],
  ["chatwoot/chatwoot:v4.16.2@sha256:abc", "chatwoot/chatwoot", "v4.16.2@sha256:abc"],
  ["chatwoot/chatwoot@sha256:abc", "chatwoot/chatwoot@sha256", "abc"],
])("%s", (image, repository, tag) => {
  expect(imageParts(image)).toEqual({ repository, tag });
});

test("the chart's values", () => {
  const values = chartValues({
    image: "chatwoot/chatwoot:v4.16.2",
    web: { count: 2, memoryMb: 1024 },
    worker: { count: 1, memoryMb: 2048 },
    pods: defaultPods,
    database: { host: "chatwoot-db-rw", port: 5432, username: "chatwoot", database: "chatwoot" },
    databaseSecret: { name: "chatwoot-db-app", key: "password" },
    redis: { host: "chatwoot-redis", port: 6379, secret: { name: "chatwoot-redis", key: "password" } },
  });
  expect(values).toMatchSnapshot();
});
