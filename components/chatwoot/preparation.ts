import { readFileSync } from "node:fs";
import type { SharedConfig } from "../../stacks/config/schema.ts";
import type { ChatwootEnvironment } from "./environment.ts";

/**
 * The preparation step: one per deploy, before new code serves. It migrates the database, then runs the bootstrap script
 * (`bootstrap.rb`), which makes admin, account, API token and webhook what the configuration says. Both can be repeated.
 */
export const bootstrapScript = readFileSync(new URL("bootstrap.rb", import.meta.url), "utf8");

/** Where both targets put the script in the container. */
export const bootstrapPath = "/app/bootstrap.rb";

/** Chatwoot gives every statement 14 seconds, which is too short for a migration of a large table. */
export const migrationStatementTimeout = "600s";

/** Shell text that prepares. `$` expansions happen in the container. */
export const preparationScript =
  `export POSTGRES_STATEMENT_TIMEOUT=${migrationStatementTimeout}; ` +
  `bundle exec rails db:chatwoot_prepare && bundle exec rails runner ${bootstrapPath}`;

/** Nobody signs up by themselves: without this row, the page to do so is open to everybody. */
const fixedInstallation = { ENABLE_ACCOUNT_SIGNUP: false };

export interface BootstrapSecrets<Secret> {
  adminPassword: Secret;
  apiToken: Secret;
  webhookSecret: Secret;
}

/** What the bootstrap script reads from its environment. */
export function bootstrapEnvironment<Secret>(
  { account, admin, support, installation }: Pick<SharedConfig, "account" | "admin" | "support" | "installation">,
  secrets: BootstrapSecrets<Secret>,
): ChatwootEnvironment<Secret> {
  const webhooks = support === undefined ? [] : [{ url: support.webhookUrl, subscriptions: support.events }];
  return {
    settings: {
      BOOTSTRAP_ACCOUNT: account,
      BOOTSTRAP_ADMIN_EMAIL: admin.email,
      BOOTSTRAP_ADMIN_NAME: admin.name,
      BOOTSTRAP_INSTALLATION: JSON.stringify({ ...fixedInstallation, ...installation }),
      BOOTSTRAP_WEBHOOKS: JSON.stringify(webhooks),
    },
    secrets: {
      BOOTSTRAP_ADMIN_PASSWORD: secrets.adminPassword,
      BOOTSTRAP_API_TOKEN: secrets.apiToken,
      BOOTSTRAP_WEBHOOK_SECRET: secrets.webhookSecret,
    },
  };
}
