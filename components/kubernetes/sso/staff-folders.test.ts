import { expect, test } from "vitest";
import { folderProblem } from "./staff-folders.ts";

/** Each opens something for staff, though no example of staff-routes.ts need match it. */
test.each([
  ["^/app/accounts/[0-9]+/settings/", "app"],
  ["^/app\\.json$", "app"],
  ["^/app[.][a-z]+$", "app"],
  ["^/super_admin/?$", "super_admin"],
  ["^/[a-z_]+/users/[0-9]+$", "app"],
  ["^/google/", "google/callback"],
  ["^/google/callback/$", "google/callback"],
  ["^/(notion|linear)/callback\\.html$", "notion/callback"],
  ["^/rails/", "rails/active_storage/direct_uploads"],
  ["^/rails/active_storage/", "rails/active_storage/direct_uploads"],
  ["^/rails/active_storage/direct_uploads/?$", "rails/active_storage/direct_uploads"],
  ["^/auth/", "auth"],
  ["^/auth/$", "auth"],
  ["^/auth/?$", "auth"],
  ["^/auth\\.json$", "auth"],
])("%s opens /%s", (route, folder) => {
  expect(folderProblem(route, { publicApi: true })).toBe(`opens pages in /${folder}, which are for staff. Remove it`);
});

test.each(["^/api/", "^/api/v1/", "^/platform/", "^/auth/sign_in$", "^/enterprise/"])(
  "%s opens the API, which may be public",
  (route) => {
    expect(folderProblem(route, { publicApi: false })).toContain("which are for staff");
    expect(folderProblem(route, { publicApi: true })).toBeUndefined();
  },
);

test.each([
  "^/book$",
  "^/book/",
  "^/apps$",
  "^/api/v3/",
  "^/google/verify$",
  "^/auth/keycloak/callback$",
  "^/hc/app/",
  "^/webhooks/instagram/callback$",
])("%s opens nothing for staff", (route) => expect(folderProblem(route, { publicApi: true })).toBeUndefined());
