/** A route that passes the single sign-on gate, with the reason: oauth2-proxy's `[METHOD=]regex`. */
export interface PublicRoute {
  route: string;
  reason: string;
}

/**
 * What must stay reachable without signing on (`config/routes.rb`). Everything else is for staff: `/app`, `/super_admin`,
 * `/monitoring`, `/installation`, `/swagger`.
 */
export const publicRoutes: readonly PublicRoute[] = [
  { route: "GET=^/health$", reason: "liveness probes and monitors" },
  { route: "GET=^/api$", reason: "readiness probes and monitors" },
  { route: "^/cable$", reason: "websocket of widget visitors; each message carries a token" },
  {
    route: "GET=^/(packs|vite|assets|brand-assets|audio|dashboard)/",
    reason: "scripts and pictures of widget and login page",
  },
  {
    route:
      "GET=^/(sw\\.js|manifest\\.json|robots\\.txt|sitemap\\.xml|(favicon|android-icon|apple-icon|apple-touch-icon|ms-icon)[^/]*)$",
    reason: "files that browsers and crawlers fetch by name",
  },
  { route: "^/widget(/|$)", reason: "the chat widget's frame" },
  { route: "^/api/v1/widget/", reason: "the chat widget's calls" },
  { route: "^/public/api/v1/", reason: "clients of API inboxes and satisfaction surveys" },
  { route: "^/survey/responses/", reason: "links of satisfaction surveys" },
  { route: "^/hc/", reason: "the public help center" },
  { route: "^/rails/active_storage/", reason: "attachments in widget, mail and help center" },
  { route: "^/rails/action_mailbox/", reason: "inbound mail, with a password of its own" },
  { route: "^/webhooks/", reason: "messages of channel providers" },
  { route: "^/api/v1/integrations/webhooks$", reason: "messages of integrations" },
  { route: "^/(bot|slack_uploads)(/|$)", reason: "Messenger and Slack" },
  { route: "^/twilio/", reason: "messages and voice by Twilio" },
  { route: "^/enterprise/webhooks/", reason: "billing and crawler callbacks" },
  { route: "^/omniauth/", reason: "identity providers post here across sites, without our cookie" },
  {
    route: "GET=^/(twitter|linear|shopify|microsoft|google|instagram|tiktok|notion)/callback$",
    reason: "an agent's browser coming back from a provider",
  },
  { route: "GET=^/\\.well-known/", reason: "domain and app verification" },
];

/**
 * Added where API clients and the mobile app are let in. They authenticate by token and cannot follow a redirect to a
 * sign-on page. The consequence: password sign-in by `/auth` is reachable too, so the gate then keeps people from the
 * pages, not from the API.
 */
export const apiRoutes: readonly PublicRoute[] = [
  { route: "^/api/v[12]/", reason: "API clients and the mobile app" },
  { route: "^/auth/", reason: "sign-in of the mobile app" },
  { route: "^/platform/api/", reason: "platform API clients" },
  { route: "^/enterprise/api/", reason: "API clients of enterprise features" },
];

export function publicRoutePatterns(publicApi: boolean): string[] {
  return [...publicRoutes, ...(publicApi ? apiRoutes : [])].map(({ route }) => route);
}
