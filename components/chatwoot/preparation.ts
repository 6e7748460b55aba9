import { readFileSync } from "node:fs";
import { upgradeStops } from "./upgrade-stops.ts";

export { bootstrapEnvironment } from "./bootstrap-environment.ts";

/** A file of the preparation step. */
export interface PreparationFile {
  name: string;
  /** Path in the container on both targets. */
  path: string;
  text: string;
}

function read(path: string): string {
  return readFileSync(new URL(path, import.meta.url), "utf8");
}

function file(name: string, text = read(name)): PreparationFile {
  return { name, path: `/app/${name}`, text };
}

const bootstrapParts = [
  "start",
  "memory",
  "installation",
  "people",
  "webhooks",
  "agent-bots",
  "inboxes",
  "failure",
  "run",
];

/** One file made of its parts. */
const bootstrap = file("bootstrap.rb", bootstrapParts.map((part) => read(`bootstrap/${part}.rb`)).join("\n"));
const databaseCheck = file("database-check.rb");

const stops = upgradeStops.map(({ through, migration, blockedBy }) => ({ through, migration, blockedBy }));

/** Files that the step needs in the container. */
export const preparationFiles: readonly PreparationFile[] = [
  bootstrap,
  databaseCheck,
  file("database-check.sql"),
  file("upgrade-check.rb"),
  file("upgrade-check.sql"),
  file("upgrade-stops.json", JSON.stringify(stops)),
];

/** Chatwoot's limit of 14 s per statement is too short for the migration of a large table. */
const migrationStatementTimeout = "600s";

/**
 * The preparation step, which runs once per deployment before new code serves. It checks the database
 * (`database-check.rb` with its `.sql`) and whether the schema allows this image (`upgrade-check`), migrates, and runs the
 * bootstrap script (`bootstrap/`), which configures admin, account, API token, webhooks, inboxes and bots. It is idempotent.
 *
 * The shell expands each `$` in the container. The text contains no single quote, because Fly gets it in single quotes.
 */
export const preparationScript =
  `export POSTGRES_STATEMENT_TIMEOUT=${migrationStatementTimeout}; ruby ${databaseCheck.path} && ` +
  `bundle exec rails db:chatwoot_prepare && bundle exec rails runner ${bootstrap.path}`;
