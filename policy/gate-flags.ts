/** The arguments of oauth2-proxy by allow list: its defaults, its other flags and other spellings open the gate. */

// Written again here, because a rule must not take its measure from the program that it judges.

/** Arguments that must be there, literally. */
export const required = [
  "--provider=oidc",
  "--code-challenge-method=S256",
  "--insecure-oidc-skip-nonce=false",
  "--http-address=0.0.0.0:4180",
  "--proxy-websockets=true",
  "--pass-host-header=true",
  "--pass-user-headers=true",
  "--pass-basic-auth=false",
  "--session-store-type=cookie",
  "--session-cookie-minimal=true",
  "--cookie-name=__Host-oauth2_proxy",
  "--cookie-secure=true",
  "--cookie-httponly=true",
  "--cookie-samesite=lax",
  "--cookie-path=/",
  "--cookie-csrf-per-request=true",
  "--request-logging=false",
  "--auth-logging=true",
];

const https = /^https:\/\/[^\s*]+$/;
const any = /^[^]*$/;

/** Flags with a value of the stack. Those with `true` must be there. */
export const variable: Readonly<Record<string, [value: RegExp, isRequired?: true]>> = {
  "oidc-issuer-url": [https, true],
  "redirect-url": [/^https:\/\/[^\s*/]+\/oauth2\/callback$/, true],
  upstream: [/^http:\/\/[a-z0-9-]+:\d+\/$/, true],
  "email-domain": [any, true],
  "allowed-group": [any],
  "insecure-oidc-allow-unverified-email": [/^true$/],
  scope: [/\bopenid\b/, true],
  // A single host: a leading dot or an asterisk would allow redirects to every subdomain.
  "whitelist-domain": [/^[a-z0-9][a-z0-9.-]*(:\d+)?$/i],
  "skip-oidc-discovery": [/^true$/],
  "login-url": [https],
  "redeem-url": [https],
  "oidc-jwks-url": [https],
  "profile-url": [https],
  "cookie-expire": [/^\d{1,3}h$/, true],
  "cookie-csrf-expire": [/^\d{1,2}m$/],
  "cookie-csrf-per-request-limit": [/^\d{1,2}$/],
  "metrics-address": [/^0\.0\.0\.0:44180$/],
  "upstream-timeout": [/^\d+s$/],
  "provider-display-name": [any],
  "approval-prompt": [/^auto$/],
  "skip-provider-button": [/^true$/],
  footer: [/^-$/],
  "custom-templates-dir": [/^\/etc\/oauth2-proxy\/pages$/],
  "standard-logging-format": [any],
  "logging-local-time": [/^false$/],
  // Answers 401 instead of a redirect: it opens nothing.
  "api-route": [any],
};

/** Environment of the gate: what must refer to a Secret, and what is a plain value. */
export const secretVariables = ["OAUTH2_PROXY_CLIENT_ID", "OAUTH2_PROXY_CLIENT_SECRET", "OAUTH2_PROXY_COOKIE_SECRET"];
export const plainVariables = ["GOMEMLIMIT"];
