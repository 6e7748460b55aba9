import { z } from "zod";
import { endpointUrl, text, webUrl, whole } from "../words.ts";
import { credentials } from "./credentials.ts";

/** Some issuer URLs have a path: https://id.example.com/realms/staff. */
const issuerUrl = webUrl(
  /^https:\/\/[^/\s?#]+(\/[^\s?#]*)?$/,
  "is not a valid issuer URL. Copy it from the issuer's /.well-known/openid-configuration, for instance https://host",
);

const scope = text.regex(/^[^,"\s]*$/, "is not a valid scope. Write each scope as its own list item");

/** oauth2-proxy splits list flags at commas and quotes. */
const group = text.regex(/^[^,"\r\n]*$/, "has a comma or a quote, at which the proxy would split it. Rename the group");

/**
 * URLs from the issuer's /.well-known/openid-configuration. Pocket ID's are ISSUER/authorize, ISSUER/api/oidc/token and
 * ISSUER/.well-known/jwks.json.
 */
const endpoints = z.strictObject({
  /** URL to which browsers are redirected to sign in. */
  authorization: endpointUrl,
  /** URL from which the proxy gets tokens. */
  token: endpointUrl,
  /** URL of the keys that sign the tokens. */
  keys: endpointUrl,
  /** URL of the user info, for issuers whose ID token lacks the mail address or the groups. Default: none. */
  userinfo: endpointUrl.optional(),
});

/** Single sign-on for the pages of agents and administrators. */
export const sso = z.strictObject({
  /** URL of the OpenID Connect issuer. */
  issuer: issuerUrl,
  /**
   * URLs of the issuer, so that the proxy, and with it the widget and the webhooks, starts while the issuer is
   * unavailable. Default: none; the proxy reads them from the issuer at its start, and restarts until the issuer responds.
   */
  endpoints: endpoints.optional(),
  /** Scopes that the proxy requests. Remove groups if the issuer rejects it. Default: openid, email, profile, groups. */
  scopes: z.array(scope).default(["openid", "email", "profile", "groups"]),
  /** Lifetime of a session, in hours. A user who is removed at the issuer keeps access until the session ends. Default: 12. */
  sessionHours: whole(1, 168).default(12),
  /**
   * Whether API clients and the mobile app bypass single sign-on. They authenticate by token. With `true`, Chatwoot's
   * sign-in by password is reachable too, and the pages to which mails link (set a password, confirm an address): single
   * sign-on then protects the other pages, not the API. With `false`, the mobile app, API tokens and platform clients do
   * not work, and links that set a password require single sign-on. Default: true.
   */
  publicApi: z.boolean("is not true or false. Write true or false").default(true),
  /** Groups that may sign in; a user must be in one of them. Default: all users of the issuer. */
  allowedGroups: z.array(group).default([]),
  /** Domains of mail addresses that may sign in. Default: any. */
  emailDomains: z
    .array(z.string().regex(/^\.?[a-z0-9-]+(\.[a-z0-9-]+)+$/, "is not a valid domain. Write it as example.com"))
    .default([]),
  /** Whether users may sign in whose mail address the issuer has not verified. Pocket ID does not verify addresses by default. Default: false. */
  allowUnverifiedEmail: z.boolean("is not true or false. Write true or false").default(false),
  /**
   * Routes without single sign-on, in addition to those of Chatwoot (components/kubernetes/sso/routes.ts): `^/path$`, `^/folder/`, or with a
   * method, `POST=^/path$`. For forks of Chatwoot. Default: none.
   */
  publicRoutes: z.array(text).default([]),
  /** Pods of the proxy. Default: 2. */
  replicas: whole(1, 20).default(2),
  credentials: credentials("client-id", "client-secret"),
});

export type SsoConfig = z.output<typeof sso>;
