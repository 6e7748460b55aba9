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
    actual: actual === undefined ? "gone" : organization === undefined ? "there" : `in ${actual.organization}`,
    fix: rerun(stack, steps, "app"),
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
