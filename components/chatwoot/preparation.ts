import { readFileSync } from "node:fs";
import type { SharedConfig } from "../../stacks/config/schema.ts";
import type { ChatwootEnvironment } from "./environment.ts";

/** A file of the preparation step. */
export interface PreparationFile {
  name: string;
  /** Where both targets put it in the container. */
  path: string;
  text: string;
}

function file(name: string): PreparationFile {
  return { name, path: `/app/${name}`, text: readFileSync(new URL(name, import.meta.url), "utf8") };
}

const bootstrap = file("bootstrap.rb");
const databaseCheck = file("database-check.rb");

/** What the step needs in the container beside the image. */
export const preparationFiles: readonly PreparationFile[] = [bootstrap, databaseCheck, file("database-check.sql")];

/** Chatwoot gives every statement 14 seconds, which is too short for a migration of a large table. */
export const migrationStatementTimeout = "600s";

/**
 * The preparation step: one per deploy, before new code serves. It asks the database whether Chatwoot can live there
 * (`database-check.rb` with its `.sql`), migrates it, then runs the bootstrap script (`bootstrap.rb`), which makes admin,
 * account, API token and webhook what the configuration says. All of it can be repeated.
 *
 * This is shell text, whose `$` expansions happen in the container. It has no single quote, because Fly gets it inside
 * of two.
 */
export const preparationScript =
  `export POSTGRES_STATEMENT_TIMEOUT=${migrationStatementTimeout}; ruby ${databaseCheck.path} && ` +
  `bundle exec rails db:chatwoot_prepare && bundle exec rails runner ${bootstrap.path}`;

/** Nobody signs up by themselves: without this row, the page to do so is open to everybody. */
const fixedInstallation = { ENABLE_ACCOUNT_SIGNUP: false };

export interface BootstrapSecrets<Secret> {
  adminPassword: Secret;
  apiToken: Secret;
  webhookSecret: Secret;
}

/** What the bootstrap script reads from its environment. */
export function bootstrapEnvironment<Secret>(
  config: Pick<SharedConfig, "account" | "admin" | "support" | "installation">,
  secrets: BootstrapSecrets<Secret>,
  /** JSON of the secret settings of the super admin pages. */
  installation?: Secret,
): ChatwootEnvironment<Secret> {
  const { account, admin, support } = config;
  const webhooks = support === undefined ? [] : [{ url: support.webhookUrl, subscriptions: support.events }];
  return {
    settings: {
      BOOTSTRAP_ACCOUNT: account,
      BOOTSTRAP_ADMIN_EMAIL: admin.email,
      BOOTSTRAP_ADMIN_NAME: admin.name,
      BOOTSTRAP_INSTALLATION: JSON.stringify({ ...fixedInstallation, ...config.installation }),
      BOOTSTRAP_WEBHOOKS: JSON.stringify(webhooks),
    },
    secrets: {
      BOOTSTRAP_ADMIN_PASSWORD: secrets.adminPassword,
      BOOTSTRAP_API_TOKEN: secrets.apiToken,
      BOOTSTRAP_WEBHOOK_SECRET: secrets.webhookSecret,
      ...(installation === undefined ? {} : { BOOTSTRAP_INSTALLATION_SECRETS: installation }),
    },
  };
}
