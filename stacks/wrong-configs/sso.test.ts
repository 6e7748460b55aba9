import { testWrong } from "../../tests/helpers/wrong-configs.ts";

testWrong([
  ["an issuer without TLS", "prod", ({ settings }) => (settings["kubernetes"].sso.issuer = "http://id.newjoy.ro")],
  ["Chatwoot as its own issuer", "prod", ({ settings }) => (settings["kubernetes"].sso.issuer = settings["url"])],
  [
    "domains of addresses that nobody verified",
    "prod",
    ({ settings }) =>
      Object.assign(settings["kubernetes"].sso, { emailDomains: ["newjoy.ro"], allowUnverifiedEmail: true }),
  ],
  [
    "domains and groups that the proxy reads otherwise",
    "prod",
    ({ settings }) =>
      Object.assign(settings["kubernetes"].sso, {
        emailDomains: ["*", "@newjoy.ro", "newjoy.ro,example.com"],
        allowedGroups: ["support,admins", ""],
      }),
  ],
  ["scopes without the address", "prod", ({ settings }) => (settings["kubernetes"].sso.scopes = ["openid", "groups"])],
  ["scopes in one", "prod", ({ settings }) => (settings["kubernetes"].sso.scopes = ["openid email profile"])],
  [
    "public routes that let more through than they say",
    "prod",
    ({ settings }) =>
      (settings["kubernetes"].sso.publicRoutes = ["/book", "^/book", "GET!=^/app$", "^/(?!app)[a-z]+/", "^/book$|/"]),
  ],
  [
    "public routes that open what is for staff",
    "prod",
    ({ settings }) =>
      (settings["kubernetes"].sso.publicRoutes = [
        "^/[a-z_]+$",
        "GET=^/[^/]+/sidekiq$",
        "^/book$",
        "^/(hc|super_admin)/",
      ]),
  ],
  [
    "an issuer by half of its addresses",
    "prod",
    ({ settings }) => (settings["kubernetes"].sso.endpoints = { authorization: "https://id.newjoy.ro/authorize" }),
  ],
  [
    "a session of a month, and no proxy for it",
    "prod",
    ({ settings }) => Object.assign(settings["kubernetes"].sso, { sessionHours: 720, replicas: 0 }),
  ],
  [
    "the proxy's own Secret as the client's",
    "prod",
    ({ settings, secrets }) => {
      settings["kubernetes"].sso.credentials = { from: "existing", name: "oauth2-proxy-chatwoot-cookie" };
      delete secrets["oidcClientId"];
      delete secrets["oidcClientSecret"];
    },
  ],
  [
    "secrets of a client that is in a Secret already",
    "prod",
    ({ settings }) => (settings["kubernetes"].sso.credentials = { from: "existing", name: "oauth2-proxy-chatwoot" }),
  ],

  [
    "scopes that Google rejects",
    "prod",
    ({ settings }) => (settings["kubernetes"].sso = { issuer: "https://accounts.google.com", publicApi: true }),
  ],
  [
    "Microsoft without a tenant, with its scopes",
    "prod",
    ({ settings }) =>
      Object.assign(settings["kubernetes"].sso, {
        issuer: "https://login.microsoftonline.com/common/v2.0",
        scopes: ["openid", "email", "groups", "api://chatwoot/read"],
      }),
  ],
  [
    "public routes below folders for staff",
    "prod",
    ({ settings }) =>
      Object.assign(settings["kubernetes"].sso, {
        publicApi: false,
        publicRoutes: [
          "^/super_admin/users/[0-9]+$",
          "^/super_admin/settings/",
          "^/super_admin/app_config$",
          "GET=^/monitoring/sidekiq/retries$",
          "^/app/accounts/[0-9]+/settings/",
          "^/api/v1/accounts/",
          "^/(hc|super_admin)/settings/",
          "^/(hc/en|super_admin/settings)/",
          "^/[a-z_]+/settings/",
          "^/swagger/?$",
          "^/book/",
        ],
      }),
  ],
]);
