import { consumerSecrets } from "../../components/support/handover-names.ts";
import type { OpenOutputs } from "../lib/stack/outputs.ts";

export interface Variable {
  name: string;
  value: string;
  isSecret: boolean;
}

/** The stack's values by the names that consumers, workflows and Chatwoot itself use. */
export function variablesOf(outputs: OpenOutputs, accountId: number | undefined): Variable[] {
  const { url, apiToken, webhookSecret, support, admin, redisUrl, databaseUrl, postgres } = outputs;
  const agentUrl = support?.agentUrl ?? undefined;
  const { CHATWOOT_ACCOUNT_ID: account, ...consumer } = consumerSecrets({
    ...{ url, apiToken, webhookSecret, agentUrl },
    accountId: String(accountId ?? ""),
  });
  const open: Record<string, string> = {
    ...(account && { CHATWOOT_ACCOUNT_ID: account }),
    CHATWOOT_SUPER_ADMIN_EMAIL: admin.email,
    ...(postgres && {
      POSTGRES_HOST: postgres.host,
      POSTGRES_PORT: String(postgres.port),
      POSTGRES_USERNAME: postgres.username,
      POSTGRES_DATABASE: postgres.database,
      POSTGRES_SSLMODE: postgres.sslMode,
    }),
  };
  const secrets: Record<string, string> = {
    CHATWOOT_TOKEN: apiToken,
    CHATWOOT_SUPER_ADMIN_PASSWORD: admin.password,
    ...(postgres && { POSTGRES_PASSWORD: postgres.password }),
    DATABASE_URL: databaseUrl,
    REDIS_URL: redisUrl,
  };
  const publicNames = ["CHATWOOT_BASE_URL", "AGENT_SDK_URL"];
  return Object.entries({ ...consumer, ...open, ...secrets })
    .map(([name, value]) => ({ name, value, isSecret: !(name in open) && !publicNames.includes(name) }))
    .sort((one, other) => one.name.localeCompare(other.name));
}

export const formats = ["dotenv", "json", "github"] as const;
export type Format = (typeof formats)[number];

/**
 * `dotenv`: lines for files and `source`; `json`: one object; `github`: lines for `$GITHUB_ENV`, where a value may have
 * several lines.
 */
export function format(variables: readonly Variable[], as: Format): string {
  switch (as) {
    case "dotenv":
      return variables.map(({ name, value }) => `${name}=${quoted(value)}`).join("\n");
    case "json":
      return JSON.stringify(Object.fromEntries(variables.map(({ name, value }) => [name, value])), null, 2);
    case "github":
      return variables.map(({ name, value }) => `${name}<<END_${name}\n${value}\nEND_${name}`).join("\n");
  }
}

/** Single quotes, in which neither a shell nor a dotenv reader replaces anything. */
function quoted(value: string): string {
  return /^[\w@%+=:,./?&-]*$/.test(value) && !value.includes("&") ? value : `'${value.replaceAll("'", `'\\''`)}'`;
}
