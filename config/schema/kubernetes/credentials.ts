import { z } from "zod";
import { dnsLabel, text } from "../words.ts";

const keys = (names: readonly [string, ...string[]]) =>
  z.strictObject(Object.fromEntries(names.map((name) => [name, text.default(name)]))).prefault({});

/**
 * Source of a Secret's values. `config`, the default: secrets of the stack. `existing`: a Secret in the namespace that
 * the stack does not manage. `copied`: a Secret of another namespace, copied at each deployment. `external`: a store from
 * which External Secrets fetches the values.
 */
export function credentials(...names: [string, ...string[]]) {
  return z
    .discriminatedUnion(
      "from",
      [
        z.strictObject({ from: z.literal("config") }),
        z.strictObject({
          from: z.literal("existing"),
          /** Name of the Secret. */
          name: dnsLabel,
        }),
        z.strictObject({
          from: z.literal("copied"),
          /** Namespace of the Secret to copy. */
          namespace: dnsLabel,
          /** Name of the Secret to copy. */
          name: dnsLabel,
        }),
        z.strictObject({
          from: z.literal("external"),
          /** Name of the store. */
          store: text,
          /** Kind of the store. Default: ClusterSecretStore. */
          storeKind: z
            .enum(["ClusterSecretStore", "SecretStore"], "has an unknown value. Use ClusterSecretStore or SecretStore")
            .default("ClusterSecretStore"),
          /** Path in the store. */
          path: text,
          /** Names of the values in the store. Default: the names in the Secret. */
          properties: keys(names),
          /** How often the values are fetched. Default: 1h. */
          refreshInterval: z
            .string()
            .regex(/^[1-9]\d*[smh]$/, "is not a valid duration. Write it as 30m or 1h")
            .default("1h"),
        }),
      ],
      "has an unknown source. Use from: config, existing, copied or external",
    )
    .prefault({ from: "config" });
}

export type CredentialsConfig = z.output<ReturnType<typeof credentials>>;
