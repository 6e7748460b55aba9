/** Values for a consumer of this Chatwoot. */
export interface HandedOver<Value> {
  url: Value;
  apiToken: Value;
  accountId: Value;
  webhookSecret: Value;
  /** Absent without an agent service. */
  agentUrl?: Value | undefined;
  /** Address of the facts; absent if it is not handed over. */
  databaseUrl?: Value | undefined;
}

/** The values by the names of the consumer's environment variables. */
export function consumerSecrets<Value>(values: HandedOver<Value>): Record<string, Value> {
  const { url, apiToken, accountId, webhookSecret, agentUrl, databaseUrl } = values;
  return {
    CHATWOOT_BASE_URL: url,
    CHATWOOT_API_KEY: apiToken,
    CHATWOOT_ACCOUNT_ID: accountId,
    CHATWOOT_WEBHOOK_SECRET: webhookSecret,
    ...(agentUrl === undefined ? {} : { AGENT_SDK_URL: agentUrl }),
    ...(databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl }),
  };
}

/** The values by the names that workflows read, with the environment as suffix: CHATWOOT_TOKEN_STAGING. */
export function githubSecrets<Value>(values: HandedOver<Value>, suffix: string): Record<string, Value> {
  const { CHATWOOT_API_KEY, ...others } = consumerSecrets(values);
  const named = { ...others, ...(CHATWOOT_API_KEY === undefined ? {} : { CHATWOOT_TOKEN: CHATWOOT_API_KEY }) };
  return Object.fromEntries(Object.entries(named).map(([name, value]) => [`${name}_${suffix}`, value]));
}

/** `staging` gives STAGING. */
export function suffixOf(stack: string): string {
  return stack.toUpperCase().replaceAll(/[^A-Z0-9]+/g, "_");
}
