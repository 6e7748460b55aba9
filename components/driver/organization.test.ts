import { expect, test } from "vitest";
import { isOrganization } from "./organization.ts";

const personal = { Slug: "personal", RawSlug: "jane-doe-123" };

test.each([
  ["hotdash", { Slug: "hotdash" }, true],
  ["hotdash", { Slug: "other", RawSlug: "other", Type: "SHARED" }, false],
  ["personal", personal, true],
  ["jane-doe-123", personal, true],
  ["personal", { Slug: "jane-doe-123", RawSlug: "jane-doe-123", Type: "PERSONAL" }, true],
  ["personal", { Slug: "hotdash", RawSlug: "hotdash", Type: "SHARED" }, false],
])("%s and %o: %s", (configured, organization, expected) => {
  expect(isOrganization(organization, configured)).toBe(expected);
});
