import * as pulumi from "@pulumi/pulumi";

/** The keys of a Secret that are wanted and that it does not hold. */
export function missingKeys(data: Readonly<Record<string, string>> | undefined, keys: readonly string[]): string[] {
  return keys.filter((key) => !data?.[key]);
}

/** Those keys alone. Pulumi prints a RunError without a stack trace; it names keys, never values. */
export function pickKeys(
  where: string,
  data: Readonly<Record<string, string>> | undefined,
  keys: readonly string[],
): Record<string, string> {
  const missing = missingKeys(data, keys);
  if (missing.length > 0) {
    throw new pulumi.RunError(
      `Secret ${where}: does not hold ${missing.join(" and ")}. Look at it with \`kubectl describe secret ` +
        `${where.split("/")[1]} --namespace ${where.split("/")[0]}\`, and add what is missing.`,
    );
  }
  return Object.fromEntries(keys.map((key) => [key, data?.[key] as string]));
}
