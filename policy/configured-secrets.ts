import { secretNames } from "../config/secrets.ts";
import { longSecretValues } from "./secrets.ts";

/** The stack's configured secrets. Pulumi passes the whole configuration to a policy pack. */
export function configuredSecrets(env: Readonly<Record<string, string | undefined>> = process.env): Set<string> {
  const config = JSON.parse(env["PULUMI_CONFIG"] ?? "{}") as Record<string, string>;
  const given = secretNames.flatMap((name) => config[`chatwoot:${name}`] ?? []);
  return new Set(given.flatMap(longSecretValues));
}
