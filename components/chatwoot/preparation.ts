import { readFileSync } from "node:fs";
import { upgradeStops } from "./upgrade-stops.ts";

export { bootstrapEnvironment } from "./bootstrap-environment.ts";

/** A file of the preparation step. */
export interface PreparationFile {
  name: string;
  /** Where both targets put it in the container. */
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

/** What the step needs in the container beside the image. */
export const preparationFiles: readonly PreparationFile[] = [
  bootstrap,
  databaseCheck,
  file("database-check.sql"),
  file("upgrade-check.rb"),
  file("upgrade-check.sql"),
  file("upgrade-stops.json", JSON.stringify(stops)),
];

/** Chatwoot gives every statement 14 seconds, which is too short for a migration of a large table. */
const migrationStatementTimeout = "600s";

/**
 * The preparation step: one per deploy, before new code serves. It asks the database whether Chatwoot can live there
 * (`database-check.rb` with its `.sql`) and whether this image may follow on its schema (`upgrade-check`), migrates it, then runs the bootstrap script (`bootstrap/`), which makes admin,
 * account, API token, webhooks, inboxes and bots what the configuration says. All of it can be repeated.
 *
 * This is shell text, whose `$` expansions happen in the container. It has no single quote, because Fly gets it inside
 * of two.
 */
export const preparationScript =
  `export POSTGRES_STATEMENT_TIMEOUT=${migrationStatementTimeout}; ruby ${databaseCheck.path} && ` +
  `bundle exec rails db:chatwoot_prepare && bundle exec rails runner ${bootstrap.path}`;
