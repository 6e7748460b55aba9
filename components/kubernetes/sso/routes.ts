/** A route as oauth2-proxy matches it: the method, and the decoded path without its query. */
export interface Route {
  /** Default: every method. */
  methods?: readonly string[];
  /** A Go regular expression, anchored at both ends or ending in a slash: see route-pattern.ts. */
  path: string;
  reason: string;
  /** Example requests, `METHOD /path`. Tests send each of them to the real proxy. */
  examples: readonly [string, ...string[]];
}

const reading = ["GET", "HEAD"];

/**
 * Routes that need no sign-on, from Chatwoot's `config/routes.rb` and the files in its `public` folder. Everything else
 * is for staff; see staff-routes.ts. Clients of these routes send another secret (a token in the address, a signature,
 * a password for that one purpose), or read public data.
 */
export const publicRoutes: readonly Route[] = [
  { methods: reading, path: "^/health$", reason: "liveness probes and monitors", examples: ["GET /health"] },
  { methods: reading, path: "^/api$", reason: "readiness probes and monitors", examples: ["GET /api", "HEAD /api"] },
  {
    methods: ["GET"],
    path: "^/cable$",
    reason: "websocket of widget visitors and staff; each subscription carries a token",
    examples: ["GET /cable"],
  },
  {
    methods: reading,
    path: "^/(packs|vite|assets|brand-assets|audio|dashboard|integrations)/",
    reason: "scripts, sounds and pictures of widget, mails and login page; Slack fetches the default avatar",
    examples: [
      "GET /packs/js/sdk.js",
      "GET /vite/assets/widget-1a2b3c.js",
      "GET /assets/administrate/application.css",
      "GET /brand-assets/logo.svg",
      "GET /audio/widget/ding.mp3",
      "GET /dashboard/images/no-inboxes.svg",
      "GET /integrations/slack/user.png",
    ],
  },
  {
    methods: reading,
    path: "^/(sw\\.js|manifest\\.json|browserconfig\\.xml|(favicon|android-icon|apple-icon|apple-touch-icon|ms-icon)[^/]*)$",
    reason: "files that browsers and crawlers fetch by name",
    examples: ["GET /sw.js", "GET /manifest.json", "GET /favicon-32x32.png", "GET /apple-icon.png"],
  },
  { methods: reading, path: "^/widget$", reason: "the chat widget's frame", examples: ["GET /widget?website_token=x"] },
  {
    path: "^/api/v1/widget/",
    reason: "the chat widget's calls, including uploads; each has a visitor's token",
    examples: ["POST /api/v1/widget/messages", "PATCH /api/v1/widget/contact/set_user"],
  },
  {
    path: "^/public/api/v1/",
    reason: "clients of API inboxes and answers to satisfaction surveys; the identifiers cannot be guessed",
    examples: ["POST /public/api/v1/inboxes/x/contacts", "PUT /public/api/v1/csat_survey/0b1c"],
  },
  {
    methods: reading,
    path: "^/survey/responses/",
    reason: "links of satisfaction surveys",
    examples: ["GET /survey/responses/0b1c"],
  },
  {
    methods: reading,
    path: "^/hc/",
    reason: "the public help center",
    examples: ["GET /hc/help/en", "GET /hc/help/articles/1-first", "GET /hc/help/sitemap.xml"],
  },
  {
    methods: reading,
    path: "^/rails/active_storage/(blobs|representations|disk)/",
    reason: "attachments in widget, mails and help center; the address is signed",
    examples: [
      "GET /rails/active_storage/blobs/redirect/eyJf--4f/photo.png",
      "HEAD /rails/active_storage/representations/redirect/eyJf--4f/eyJf--5a/photo.png",
      "GET /rails/active_storage/disk/eyJf--4f/photo.png",
    ],
  },
  {
    methods: ["PUT"],
    path: "^/rails/active_storage/disk/",
    reason: "a visitor's upload where attachments are on a claim; the address is signed",
    examples: ["PUT /rails/active_storage/disk/eyJf--4f"],
  },
  {
    path: "^/rails/action_mailbox/",
    reason: "inbound mail, with its own password or signature",
    examples: ["POST /rails/action_mailbox/relay/inbound_emails"],
  },
  {
    path: "^/webhooks/",
    reason: "messages of channel providers, signed or with a token in the address; some verify by GET",
    examples: [
      "GET /webhooks/whatsapp/+40700000000",
      "POST /webhooks/whatsapp/+40700000000",
      "POST /webhooks/telegram/1:token",
      "POST /webhooks/line/1",
      "POST /webhooks/sms/+40700000000",
      "GET /webhooks/instagram",
      "POST /webhooks/tiktok",
      "POST /webhooks/shopify",
      "POST /webhooks/twitter",
    ],
  },
  {
    methods: ["POST"],
    path: "^/api/v1/integrations/webhooks$",
    reason: "messages of Slack",
    examples: ["POST /api/v1/integrations/webhooks"],
  },
  {
    methods: reading,
    path: "^/slack_uploads$",
    reason: "Slack fetches attachments and avatars",
    examples: ["GET /slack_uploads?key=x"],
  },
  {
    path: "^/bot/?$",
    reason: "messages of Messenger, signed; verified by GET",
    examples: ["GET /bot?hub.mode=subscribe", "POST /bot"],
  },
  {
    methods: ["POST"],
    path: "^/twilio/",
    reason: "messages, their delivery and calls by Twilio",
    examples: ["POST /twilio/callback", "POST /twilio/delivery_status", "POST /twilio/voice/status/+40700000000"],
  },
  {
    methods: ["POST"],
    path: "^/enterprise/webhooks/",
    reason: "billing and crawler callbacks, signed",
    examples: ["POST /enterprise/webhooks/stripe", "POST /enterprise/webhooks/firecrawl"],
  },
  {
    methods: ["POST"],
    path: "^/omniauth/saml/(callback|slo)$",
    reason: "identity providers post here cross-site, and browsers then omit the proxy's cookie",
    examples: ["POST /omniauth/saml/callback"],
  },
  {
    methods: reading,
    path: "^/omniauth/saml/metadata$",
    reason: "identity providers read it",
    examples: ["GET /omniauth/saml/metadata"],
  },
  {
    methods: reading,
    path: "^/\\.well-known/",
    reason: "verification of the domain, of mobile apps and of certificates",
    examples: [
      "GET /.well-known/assetlinks.json",
      "GET /.well-known/apple-app-site-association",
      "GET /.well-known/microsoft-identity-association.json",
      "GET /.well-known/cf-custom-hostname-challenge/1",
      "GET /.well-known/acme-challenge/token",
    ],
  },
];

/**
 * Added if `sso.publicApi` admits API clients and the mobile app. They authenticate by token and cannot follow a
 * redirect to a sign-on page. As a consequence, password sign-in with `/auth/sign_in` is also open: the proxy then
 * protects only the pages, and Chatwoot's own passwords and tokens protect the API.
 */
export const apiRoutes: readonly Route[] = [
  {
    path: "^/api/v[12]/",
    reason: "API clients and the mobile app",
    examples: [
      "GET /api/v1/accounts/1/conversations",
      "GET /api/v2/accounts/1/reports",
      "GET /api/v1/profile",
      "POST /api/v1/auth/saml_login",
    ],
  },
  {
    // Never the folder: Rails routes `/auth/` as `/auth`, which signs up, changes and deletes users.
    path: "^/auth/(sign_in|sign_out|validate_token|password|password/edit|confirmation)$",
    reason: "sign-in of the mobile app, and what the pages of the next route call",
    examples: [
      "POST /auth/sign_in",
      "DELETE /auth/sign_out",
      "GET /auth/validate_token",
      "POST /auth/password",
      "PUT /auth/password",
      "GET /auth/password/edit?reset_password_token=x",
      "POST /auth/confirmation",
    ],
  },
  {
    methods: reading,
    path: "^/app/auth/(password/edit|confirmation)$",
    reason: "the pages that mails link to: confirm an address, set a password",
    examples: [
      "GET /app/auth/password/edit?reset_password_token=x",
      "GET /app/auth/confirmation?config=default&confirmation_token=x",
    ],
  },
  {
    path: "^/omniauth/",
    reason: "sign-in of the mobile app by Google or SAML",
    examples: ["GET /omniauth/google_oauth2/callback?code=x", "POST /omniauth/saml"],
  },
  { path: "^/platform/api/", reason: "clients of the platform API", examples: ["POST /platform/api/v1/users"] },
  {
    path: "^/enterprise/api/",
    reason: "API clients of enterprise features",
    examples: ["POST /enterprise/api/v1/accounts/1/checkout"],
  },
];

/** Routes that only programs call: they get status 401 instead of a redirect to a sign-on page. */
export const programPaths = [
  "^/(api|platform|enterprise)/",
  "^/auth/(sign_in|sign_out|validate_token)$",
  "^/rails/active_storage/direct_uploads$",
];

/** oauth2-proxy's `[METHOD=]regex`, one for each method. */
export function routeFlags({ methods, path }: Pick<Route, "methods" | "path">): string[] {
  return methods === undefined ? [path] : methods.map((method) => `${method}=${path}`);
}

export function publicRouteFlags(publicApi: boolean, own: readonly string[] = []): string[] {
  return [...[...publicRoutes, ...(publicApi ? apiRoutes : [])].flatMap(routeFlags), ...own];
}
