import { z } from "zod";
import { dnsLabel, text } from "../words.ts";

const keys = (names: readonly [string, ...string[]]) =>
  z.strictObject(Object.fromEntries(names.map((name) => [name, text.default(name)]))).prefault({});

/**
 * Where a Secret's values come from. `config`, the default: secrets of the stack. `existing`: a Secret of that name in
 * the namespace, made by somebody else. `copied`: one of another namespace, copied at each deploy. `external`: External
 * Secrets fetches them from a store.
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
          /** The namespace that it is copied from. */
          namespace: dnsLabel,
          /** Its name there. */
          name: dnsLabel,
        }),
        z.strictObject({
          from: z.literal("external"),
          /** Name of the store. */
          store: text,
          /** Kind of the store. Default ClusterSecretStore. */
          storeKind: z
            .enum(["ClusterSecretStore", "SecretStore"], "is not known. Use ClusterSecretStore or SecretStore")
            .default("ClusterSecretStore"),
          /** Where in the store. */
          path: text,
          /** The names of the values in the store. Default ours. */
          properties: keys(names),
          /** How often they are fetched. Default 1h. */
          refreshInterval: z
            .string()
            .regex(/^[1-9]\d*[smh]$/, "is not a time. Write it as 30m or 1h")
            .default("1h"),
        }),
      ],
      "has no source that is known. Use from: config, existing, copied or external",
    )
    .prefault({ from: "config" });
}

export type CredentialsConfig = z.output<ReturnType<typeof credentials>>;
