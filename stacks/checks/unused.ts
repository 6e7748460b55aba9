import type { Problem } from "../../config/problems.ts";
import type { PartialSettings } from "../../config/secrets.ts";

/** Settings for CloudNativePG, the operator, beside a database that it does not run. */
export function checkUnused({ kubernetes }: PartialSettings, keptSecrets: readonly string[]): Problem[] {
  if (kubernetes?.postgres.kind !== "external") return [];
  const { install } = kubernetes;
  return [
    ...(["cloudNativePg", "barmanPlugin"] as const)
      .filter((name) => install[name])
      .map((name) => ({
        key: `kubernetes.install.${name}`,
        message: "is true, but an external database does not use it. Remove it",
      })),
    ...(keptSecrets.includes("POSTGRES_PASSWORD")
      ? [
          {
            key: "keptSecrets.POSTGRES_PASSWORD",
            message: "is not used: an external database has its own password. Remove it",
          },
        ]
      : []),
  ];
}
