import * as pulumi from "@pulumi/pulumi";

/** The wanted keys that a Secret lacks. */
export function missingKeys(data: Readonly<Record<string, string>> | undefined, keys: readonly string[]): string[] {
  return keys.filter((key) => !data?.[key]);
}

/** Only these keys. Pulumi prints a RunError without a stack trace; the message has keys, never values. */
export function pickKeys(
  where: string,
  data: Readonly<Record<string, string>> | undefined,
  keys: readonly string[],
): Record<string, string> {
  const missing = missingKeys(data, keys);
  if (missing.length > 0) {
    throw new pulumi.RunError(
      `Secret ${where}: lacks ${missing.join(" and ")}. Add the missing keys; list its keys with \`kubectl describe secret ` +
        `${where.split("/")[1]} --namespace ${where.split("/")[0]}\`.`,
    );
  }
  return Object.fromEntries(keys.map((key) => [key, data?.[key] as string]));
}
