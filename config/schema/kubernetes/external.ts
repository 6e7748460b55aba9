import { z } from "zod";
import { certificateProblem } from "../../../lib/certificate.ts";
import { dnsLabel, objectName, text } from "../words.ts";

const file = {
  /** Key of the certificate in it. Default: ca.crt. */
  key: text.regex(/^[-._a-zA-Z0-9]+$/, "is not a valid key. Use letters, digits, hyphens and dots").default("ca.crt"),
};

/**
 * Certificate authority that signed the certificate of an external server: in the stack file, or in an object of the
 * namespace that the stack does not manage.
 */
export const authority = z.discriminatedUnion(
  "from",
  [
    z.strictObject({
      from: z.literal("config"),
      /** The authority's certificates, as PEM. They are public. */
      pem: z.string().superRefine((pem, context) => {
        const message = certificateProblem(pem);
        if (message !== undefined) context.addIssue({ code: "custom", message });
      }),
    }),
    z.strictObject({
      from: z.literal("configMap"),
      /** Name of the ConfigMap. */
      name: objectName,
      ...file,
    }),
    z.strictObject({
      from: z.literal("secret"),
      /** Name of the Secret. Only this key of it is mounted. */
      name: objectName,
      ...file,
    }),
  ],
  "has an unknown source. Use from: config, configMap or secret",
);

export type AuthorityConfig = z.output<typeof authority>;

/**
 * Source of the password. `config`, the default: the secret `databaseUrl` of the stack, which has the whole address.
 * `existing`: a Secret in the namespace, which pods read by reference. `copied`: a Secret of another namespace, copied at
 * each deployment.
 */
export const passwordSource = z
  .discriminatedUnion(
    "from",
    [
      z.strictObject({ from: z.literal("config") }),
      z.strictObject({
        from: z.literal("existing"),
        /** Name of the Secret. */
        name: objectName,
        /** Key of the password in it. Default: password, as in CloudNativePG's Secrets. */
        key: text.default("password"),
      }),
      z.strictObject({
        from: z.literal("copied"),
        /** Namespace of the Secret to copy. */
        namespace: dnsLabel,
        /** Name of the Secret to copy. */
        name: objectName,
        /** Key of the password in it. Default: password, as in CloudNativePG's Secrets. */
        key: text.default("password"),
      }),
    ],
    "has an unknown source. Use from: config, existing or copied",
  )
  .prefault({ from: "config" });

export type PasswordSource = z.output<typeof passwordSource>;

/** The settings of a server that the stack deploys; undefined for an external one. */
export function deployed<Config extends { kind?: string | undefined }>(
  config: Config,
): Exclude<Config, { kind: "external" }> | undefined {
  return config.kind === "external" ? undefined : (config as Exclude<Config, { kind: "external" }>);
}
