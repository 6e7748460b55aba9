import type { Route } from "./routes.ts";

/** Routes that no setting may make public. The proxy does not use this list: tests check patterns against it. */
export const staffRoutes: readonly Omit<Route, "path">[] = [
  {
    reason: "the dashboard",
    examples: [
      "GET /",
      "GET /app",
      "GET /app/accounts/1/dashboard",
      "GET /app/login",
      "GET /app/auth/signup",
      "GET /app/auth/confirmation/",
    ],
  },
  {
    reason: "the installation itself",
    examples: ["GET /super_admin", "POST /super_admin/sign_in", "GET /super_admin/users"],
  },
  { reason: "queues and their payloads", examples: ["GET /monitoring/sidekiq", "POST /monitoring/sidekiq/queues/low"] },
  {
    reason: "creates the first super admin",
    examples: ["GET /installation/onboarding", "POST /installation/onboarding"],
  },
  { reason: "describes the API", examples: ["GET /swagger", "GET /swagger/index.html"] },
  {
    reason: "an agent's browser returns from a provider with the proxy's cookie",
    examples: [
      "GET /microsoft/callback?code=x",
      "GET /google/callback?code=x",
      "GET /instagram/callback?code=x",
      "GET /tiktok/callback?code=x",
      "GET /notion/callback?code=x",
      "GET /linear/callback?code=x",
      "GET /shopify/callback?code=x",
      "GET /twitter/callback?oauth_token=x",
    ],
  },
  {
    reason: "signs up, changes and deletes users",
    examples: ["POST /auth", "PUT /auth/", "POST /auth/", "DELETE /auth", "DELETE /auth/", "POST /auth.json"],
  },
  {
    reason: "Rails' own uploads, which anonymous clients could create without limit; the widget has its own",
    examples: ["POST /rails/active_storage/direct_uploads"],
  },
];
