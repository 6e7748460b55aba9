import type { SsoConfig } from "../../../config/schema/kubernetes/sso.ts";
import { pagesFolder } from "./pages.ts";
import { programPaths, publicRouteFlags } from "./routes.ts";

export interface ProxyFlagsArgs {
  /** Public address of Chatwoot. */
  url: string;
  sso: SsoConfig;
  /** Where requests go that may pass. */
  upstream: { name: string; port: number };
}

export const proxyPort = 4180;
/** Metrics alone, on a port that no Service leads to. */
export const proxyMetricsPort = 44180;

/**
 * How oauth2-proxy runs. Not among them is `--reverse-proxy`: with it a client names its own route (X-Forwarded-Uri) and
 * walks past the gate; what the ingress says about scheme, host and client reaches Chatwoot without it.
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
    // Tells Chatwoot's logs who it was, and takes the same headers away from whoever sends them.
    "--pass-user-headers=true",
    // Chatwoot reads tokens of its own in Authorization.
    "--pass-basic-auth=false",
    ...sessionFlags(sso),
    "--skip-provider-button=true",
    "--footer=-",
    `--custom-templates-dir=${pagesFolder}`,
    // Addresses carry tokens: those of Telegram's webhooks, of invitations and surveys.
    "--request-logging=false",
    "--auth-logging=true",
    `--standard-logging-format=${withoutRequests}`,
    "--logging-local-time=false",
    ...programPaths.map((path) => `--api-route=${path}`),
    ...publicRouteFlags(sso.publicApi, sso.publicRoutes).map((route) => `--skip-auth-route=${route}`),
  ];
}

/**
 * When somebody comes back from the issuer without the cookie of the way there (a bookmark, a second click), the proxy
 * writes the whole request down, session and code and all. Those lines begin as Go prints a structure.
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
    // The default asks for consent each time, at issuers that know the word.
    "--approval-prompt=auto",
    "--insecure-oidc-skip-nonce=false",
    `--redirect-url=${url}/oauth2/callback`,
    // Signing out may go on to the issuer, so that it ends its session too, and nowhere else.
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
 * A session lives in its cookie, encrypted, without the issuer's tokens. It is not refreshed on its way: the issuers that
 * exchange a refresh token for a new one take it once, and a page that sends several requests at a time would end its own
 * session.
 */
function sessionFlags({ sessionHours }: SsoConfig): string[] {
  return [
    "--session-store-type=cookie",
    "--session-cookie-minimal=true",
    // The browser itself refuses a cookie of this name for another path, for subdomains, or without TLS.
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
