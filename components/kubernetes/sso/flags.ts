import type { SsoConfig } from "../../../config/schema/kubernetes/sso.ts";
import { pagesFolder } from "./pages.ts";
import { programPaths, publicRouteFlags } from "./routes.ts";

export interface ProxyFlagsArgs {
  /** Public address of Chatwoot. */
  url: string;
  sso: SsoConfig;
  /** The Service that receives authorized requests. */
  upstream: { name: string; port: number };
}

export const proxyPort = 4180;
/** Metrics only, on a port without a Service. */
export const proxyMetricsPort = 44180;

/**
 * The flags of oauth2-proxy. `--reverse-proxy` is omitted on purpose: it lets a client set the checked route
 * (X-Forwarded-Uri) and bypass single sign-on. Scheme, host and client address reach Chatwoot without it.
 */
export function proxyFlags({ url, sso, upstream }: ProxyFlagsArgs): string[] {
  return [
    ...issuerFlags(url, sso),
    ...whoMayPass(sso),
    `--http-address=0.0.0.0:${proxyPort}`,
    `--metrics-address=0.0.0.0:${proxyMetricsPort}`,
    `--upstream=http://${upstream.name}:${upstream.port}/`,
    "--proxy-websockets=true",
    "--pass-host-header=true",
    "--upstream-timeout=60s",
    // Passes the user to Chatwoot's logs, and removes the same headers from clients.
    "--pass-user-headers=true",
    // Chatwoot reads its own tokens from Authorization.
    "--pass-basic-auth=false",
    ...sessionFlags(sso),
    "--skip-provider-button=true",
    "--footer=-",
    `--custom-templates-dir=${pagesFolder}`,
    // Addresses contain tokens, for example those of Telegram's webhooks, of invitations and surveys.
    "--request-logging=false",
    "--auth-logging=true",
    `--standard-logging-format=${withoutRequests}`,
    "--logging-local-time=false",
    ...programPaths.map((path) => `--api-route=${path}`),
    ...publicRouteFlags(sso.publicApi, sso.publicRoutes).map((route) => `--skip-auth-route=${route}`),
  ];
}

/**
 * If a user returns from the issuer without the cookie of that sign-on (a bookmark, a second click), the proxy logs the
 * whole request, including session and code. Those lines start like a struct that Go prints.
 */
const withoutRequests =
  "[{{.Timestamp}}] [{{.File}}] " +
  `{{if eq (printf "%.2s" .Message) "&{"}}sign-on refused: it was begun in another browser, or too long ago` +
  "{{else}}{{.Message}}{{end}}";

function issuerFlags(url: string, { issuer, endpoints, scopes }: SsoConfig): string[] {
  return [
    "--provider=oidc",
    "--provider-display-name=single sign-on",
    `--oidc-issuer-url=${issuer}`,
    ...(endpoints === undefined
      ? []
      : [
          "--skip-oidc-discovery=true",
          `--login-url=${endpoints.authorization}`,
          `--redeem-url=${endpoints.token}`,
          `--oidc-jwks-url=${endpoints.keys}`,
          ...(endpoints.userinfo === undefined ? [] : [`--profile-url=${endpoints.userinfo}`]),
        ]),
    `--scope=${scopes.join(" ")}`,
    "--code-challenge-method=S256",
    // The default asks for consent on each sign-on, at issuers that support it.
    "--approval-prompt=auto",
    "--insecure-oidc-skip-nonce=false",
    `--redirect-url=${url}/oauth2/callback`,
    // Sign-out may redirect to the issuer, so that it ends its session too, and nowhere else.
    `--whitelist-domain=${new URL(issuer).host}`,
  ];
}

function whoMayPass({ emailDomains, allowedGroups, allowUnverifiedEmail }: SsoConfig): string[] {
  return [
    ...(emailDomains.length === 0 ? ["*"] : emailDomains).map((domain) => `--email-domain=${domain}`),
    ...allowedGroups.map((group) => `--allowed-group=${group}`),
    ...(allowUnverifiedEmail ? ["--insecure-oidc-allow-unverified-email=true"] : []),
  ];
}

/**
 * A session is stored in its cookie, encrypted, without the issuer's tokens. It is not refreshed: issuers that rotate
 * refresh tokens accept each token once, and a page that sends several requests at a time would end its own session.
 */
function sessionFlags({ sessionHours }: SsoConfig): string[] {
  return [
    "--session-store-type=cookie",
    "--session-cookie-minimal=true",
    // With this name prefix the browser rejects the cookie for another path, for subdomains, or without TLS.
    "--cookie-name=__Host-oauth2_proxy",
    "--cookie-secure=true",
    "--cookie-httponly=true",
    "--cookie-samesite=lax",
    "--cookie-path=/",
    `--cookie-expire=${sessionHours}h`,
    // Several tabs may sign on at the same time.
    "--cookie-csrf-per-request=true",
    "--cookie-csrf-per-request-limit=5",
    "--cookie-csrf-expire=15m",
  ];
}
