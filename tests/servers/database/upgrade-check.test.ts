import { afterAll, beforeAll, expect, test } from "vitest";
import { upgradeStops } from "../../../components/chatwoot/upgrade-stops.ts";
import { startPostgres, type PostgresServer } from "../../../sandbox/database/database.ts";
import { runPreparation, type PreparationRun } from "./preparation-run.ts";

/** Migrations of Chatwoot, by name if one matters. */
const initial = "20230426130150";
const squashed = `${initial}_init_schema`;
const featureFlag = "20250416182131";
const settingsColumn = "20250421082927_add_settings_column_to_account";
const newest = "20260901120000";
const images: Record<string, string[]> = {
  "3.5": [`${initial}_something`, "20240101120000_something"],
  "4.0": [squashed, "20250315202035_something"],
  "4.1": [squashed, `${featureFlag}_flip_feature_flag`],
  "4.2": [squashed, `${featureFlag}_flip_feature_flag`, settingsColumn],
  "4.16": [squashed, `${featureFlag}_flip_feature_flag`, settingsColumn, `${newest}_something`],
};
const schemas: Record<string, string[]> = {
  nothing: [],
  "2.10": ["20161022055031", "20221001120000"],
  "3.5": [initial, "20240101120000"],
  "4.0": [initial, "20250315202035"],
  "4.1": [initial, featureFlag],
  "4.16": [initial, featureFlag, "20250421082927", newest],
  "4.17": [initial, featureFlag, "20250421082927", newest, "20261001120000"],
};

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres({ vector: "trusted" });
});
afterAll(() => server?.stop());

async function prepare(schema: string, image: string, env: Record<string, string> = {}): Promise<PreparationRun> {
  await server.sql("DROP TABLE IF EXISTS schema_migrations");
  const applied = schemas[schema]!;
  if (applied.length > 0)
    await server.sql(
      `CREATE TABLE schema_migrations (version text); INSERT INTO schema_migrations VALUES ${applied.map((each) => `('${each}')`).join(", ")}`,
    );
  const run = await runPreparation({
    binFolder: server.binFolder,
    env: { DATABASE_URL: server.url, ...env },
    migrations: images[image]!,
  });
  expect(run.output).not.toContain(server.password);
  return run;
}

test.each([
  ["nothing", "4.16"],
  ["4.16", "4.16"],
  ["4.1", "4.16"],
  ["4.1", "4.2"],
  ["4.0", "4.1"],
  ["3.5", "4.1"],
  ["2.10", "3.5"],
])("a database of %s accepts an image of %s", async (schema, image) => {
  expect(await prepare(schema, image)).toMatchObject({ exitCode: 0, output: "database check: done" });
});

const [squash, flag] = upgradeStops.map(({ through }) => through);
test.each([
  ["4.0", "4.2", `Deploy ${flag}, then this one`],
  ["3.5", "4.16", `Deploy ${flag}, then this one`],
  ["2.10", "4.16", `Deploy ${squash}, then ${flag}, then this one`],
  [
    "4.17",
    "4.16",
    `image: is older than the schema: 20261001120000 was migrated here, and this image ends with ${newest}.`,
  ],
])("a database of %s rejects an image of %s: Rails does not start", async (schema, image, expected) => {
  const { exitCode, output, rails } = await prepare(schema, image);
  expect({ exitCode, rails }).toEqual({ exitCode: 1, rails: [] });
  expect(output).toMatch(/^database check: the database has 1 problem; nothing was changed:\n {2}image: /);
  expect(output).toContain(expected);
});

test("a confirmed image is not checked", async () => {
  expect((await prepare("4.17", "4.16", { UPGRADE_CHECK: "off" })).rails).toHaveLength(2);
});
