import { z } from "zod";
import { httpsUrl, text, whole } from "../words.ts";
import { credentials } from "./credentials.ts";

/** Single sign-on in front of the staff's pages. */
export const sso = z.strictObject({
  /** Address of the OpenID Connect issuer. */
  issuer: httpsUrl,
  /** True lets API clients and the mobile app past the gate; they authenticate by token. Default true. */
  publicApi: z.boolean("is not true or false. Write true or false").default(true),
  /** Groups of which somebody must be in one. Default everybody whom the issuer lets in. */
  allowedGroups: z.array(text).default([]),
  /** Domains of which somebody's mail address must have one. Default any. */
  emailDomains: z
    .array(z.string().regex(/^\.?[a-z0-9-]+(\.[a-z0-9-]+)+$/, "is not a domain. Write it as example.com"))
    .default([]),
  /** Lets in people whose mail address the issuer has not verified: Pocket ID's default. Default false. */
  allowUnverifiedEmail: z.boolean("is not true or false. Write true or false").default(false),
  /** Pods of the proxy. Default 2. */
  replicas: whole(1, 20).default(2),
  credentials: credentials("client-id", "client-secret"),
});

export type SsoConfig = z.output<typeof sso>;
