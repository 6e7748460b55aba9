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

function file(name: string, text = read(`preparation/${name}`)): PreparationFile {
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
const redisCheck = file(
  "redis-check.rb",
  ["redis-connection.rb", "preparation/redis-check.rb"].map((path) => read(path)).join("\n"),
);
const indexCheck = file("index-check.rb");

const stops = upgradeStops.map(({ through, migration, blockedBy }) => ({ through, migration, blockedBy }));

/** Files that the step needs in the container. */
export const preparationFiles: readonly PreparationFile[] = [
  bootstrap,
  databaseCheck,
  redisCheck,
  indexCheck,
  ...[
    "psql.rb",
    "database-check.sql",
    "upgrade-check.rb",
    "upgrade-check.sql",
    "upgrade-data.rb",
    "upgrade-data.sql",
  ].map((name) => file(name)),
  ...["root-keys.rb", "root-keys.sql", "index-check.sql"].map((name) => file(name)),
  file("upgrade-stops.json", JSON.stringify(stops)),
];

/** Chatwoot's limit of 14 s per statement is too short for the migration of a large table. */
const defaultStatementTimeout = "600s";

/**
 * The preparation step, which runs once per deployment before new code serves. It checks the database and its keys
 * (`database-check`) and Redis (`redis-check`), migrates, prints INVALID indexes (`index-check`), and runs the bootstrap
 * script (`bootstrap/`), which configures admin, account, API token, webhooks, inboxes and bots. It is idempotent.
 *
 * A statement timeout from chatwoot:environment applies unless the stack sets one for migrations.
 *
 * The shell expands each `$` in the container. The text contains no single quote, because Fly gets it in single quotes.
 */
export function preparationScript(statementTimeoutSeconds?: number): string {
  const timeout =
    statementTimeoutSeconds === undefined
      ? `\${POSTGRES_STATEMENT_TIMEOUT:-${defaultStatementTimeout}}`
      : `${statementTimeoutSeconds}s`;
  return (
    `export POSTGRES_STATEMENT_TIMEOUT=${timeout}; ` +
    `ruby ${databaseCheck.path} && bundle exec ruby ${redisCheck.path} && ` +
    `{ bundle exec rails db:chatwoot_prepare; ruby ${indexCheck.path} $?; } && bundle exec rails runner ${bootstrap.path}`
  );
}
