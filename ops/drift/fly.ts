import { AppFlyctl } from "../lib/fly/app-flyctl.ts";
import type { StackResource } from "../lib/stack/deployment.ts";
import { recordedSteps } from "../lib/stack/steps.ts";
import { readApp } from "./actual.ts";
import { compareApp } from "./app.ts";
import type { Comparison } from "./comparison.ts";
import { expectedApps } from "./expected.ts";

/** Compares a stack's apps with those on Fly. Changes nothing. */
export async function driftOnFly(
  stack: string,
  resources: readonly StackResource[],
  repeat: string,
): Promise<Comparison[]> {
  const apps = expectedApps(recordedSteps(resources));
  const [first] = apps;
  if (first !== undefined) await new AppFlyctl(first.app, repeat).fly.preflight();
  const comparisons: Comparison[] = [];
  // One app at a time: each sends up to six requests in parallel.
  for (const expected of apps)
    comparisons.push(...compareApp(stack, expected, await readApp(new AppFlyctl(expected.app, repeat), expected)));
  return comparisons;
}
