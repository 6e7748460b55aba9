import { z } from "zod";
import { endpointUrl, text, whole } from "../words.ts";
import { credentials } from "./credentials.ts";

/** Some issuers have a path: https://id.example.com/realms/staff. */
const issuerUrl = z
  .string()
  .regex(
    /^https:\/\/[^/\s?#]+(\/[^\s?#]*)?$/,
    "is not the address of an issuer. Write it as its /.well-known/openid-configuration does, https://host",
  );

const scope = text.regex(/^[^,"\s]*$/, "is not a scope. Write each as one item of the list");

/** A list flag of oauth2-proxy splits at commas and quotes. */
const group = text.regex(/^[^,"\r\n]*$/, "has a comma or a quote, at which the proxy would split it. Rename the group");

/**
 * The issuer's addresses, as its /.well-known/openid-configuration gives them. Pocket ID's are ISSUER/authorize,
 * ISSUER/api/oidc/token and ISSUER/.well-known/jwks.json.
 */
const endpoints = z.strictObject({
  /** Where browsers are sent to sign on. */
  authorization: endpointUrl,
  /** Where the proxy gets its tokens. */
  token: endpointUrl,
  /** Keys that the tokens are signed with. */
  keys: endpointUrl,
  /** Only for issuers that leave the mail address or the groups out of the ID token. */
  userinfo: endpointUrl.optional(),
});

/** Single sign-on in front of the staff's pages. */
export const sso = z.strictObject({
  /** Address of the OpenID Connect issuer. */
  issuer: issuerUrl,
  /**
   * With these the proxy starts while the issuer is away, and the widget and the webhooks with it. Default none: it asks
   * the issuer when it starts, and starts again until there is an answer.
   */
  endpoints: endpoints.optional(),
  /** What is asked of the issuer. Default openid, email, profile, groups; leave groups out where the issuer refuses it. */
  scopes: z.array(scope).default(["openid", "email", "profile", "groups"]),
  /** How long a sign-on lasts, in hours; who loses access at the issuer keeps it here for as long. Default 12. */
  sessionHours: whole(1, 168).default(12),
  /**
   * True lets API clients and the mobile app past the gate. They authenticate by token, but Chatwoot's own sign-in by
   * password is then open as well: the gate keeps people from the pages, not from the API. False closes both, and shuts
   * out the mobile app, API tokens and platform clients; links in mails that set a password ask for a sign-on. Default true.
   */
  publicApi: z.boolean("is not true or false. Write true or false").default(true),
  /** Groups of which somebody must be in one. Default everybody whom the issuer lets in. */
  allowedGroups: z.array(group).default([]),
  /** Domains of which somebody's mail address must have one. Default any. */
  emailDomains: z
    .array(z.string().regex(/^\.?[a-z0-9-]+(\.[a-z0-9-]+)+$/, "is not a domain. Write it as example.com"))
    .default([]),
  /** Lets in people whose mail address the issuer has not verified: Pocket ID's default. Default false. */
  allowUnverifiedEmail: z.boolean("is not true or false. Write true or false").default(false),
  /**
   * Routes that need no sign-on, beyond those of Chatwoot that sso-routes.ts lists: `^/path$`, `^/folder/`, or with a
   * method before it, `POST=^/path$`. For forks. Default none.
   */
  publicRoutes: z.array(text).default([]),
  /** Pods of the proxy. Default 2. */
  replicas: whole(1, 20).default(2),
  credentials: credentials("client-id", "client-secret"),
});

export type SsoConfig = z.output<typeof sso>;
