import { isOrganization } from "../../components/driver/organization.ts";
import type { ActualApp } from "./actual.ts";
import type { Comparison } from "./comparison.ts";
import { compareConfig } from "./config.ts";
import type { ExpectedApp } from "./expected.ts";
import { rerun } from "./fixes.ts";
import { compareJobs } from "./jobs.ts";
import { compareMachines } from "./machines.ts";
import { compareAddresses, compareCertificates } from "./publication.ts";
import { compareSecrets } from "./secrets.ts";

/** Compares every recorded part of an app. */
export function compareApp(
  stack: string,
  expected: ExpectedApp,
  actual: ActualApp | undefined,
  now = new Date(),
): Comparison[] {
  const { app, organization, release, steps } = expected;
  const owned = {
    app,
    what: "app",
    expected: organization === undefined ? "there" : `in ${organization}`,
    actual: actual === undefined ? "gone" : ownerOf(actual, organization),
    // Only Fly moves an app; a new one would have no data.
    fix: actual === undefined ? rerun(stack, steps, "app") : `fly apps move ${app} --org ${organization ?? ""} --yes`,
  };
  if (actual === undefined) return [owned];
  return [
    owned,
    ...(release === undefined ? [] : [compareRelease(stack, expected, actual)]),
    ...compareMachines(stack, expected, actual),
    ...compareJobs(stack, expected, actual),
    ...compareConfig(stack, expected, actual),
    ...compareSecrets(stack, expected, actual),
    ...compareCertificates(stack, expected, actual, now),
    ...compareAddresses(stack, expected, actual),
  ];
}

function ownerOf({ organization }: ActualApp, expected: string | undefined): string {
  if (expected === undefined) return "there";
  return `in ${isOrganization(organization, expected) ? expected : organization.Slug}`;
}

/** A failed deployment, or one outside the stack, creates a newer release. */
function compareRelease(
  stack: string,
  { app, release, steps }: ExpectedApp,
  { release: newest }: ActualApp,
): Comparison {
  return {
    app,
    what: "release",
    expected: `v${release} complete`,
    actual: newest === undefined ? "none" : `v${newest.Version} ${newest.Status}`,
    fix: rerun(stack, steps, "deployment"),
  };
}
