import { Questions } from "../lib/fly/questions.ts";
import type { StackResource } from "../lib/stack/deployment.ts";
import { recordedSteps } from "../lib/stack/steps.ts";
import { readApp } from "./actual.ts";
import { compareApp } from "./app.ts";
import type { Comparison } from "./comparison.ts";
import { expectedApps } from "./expected.ts";

/** Compares a stack's apps with those on Fly. Reads, and nothing else. */
export async function driftOnFly(
  stack: string,
  resources: readonly StackResource[],
  repeat: string,
): Promise<Comparison[]> {
  const apps = expectedApps(recordedSteps(resources));
  const [first] = apps;
  if (first !== undefined) await new Questions(first.app, repeat).fly.preflight();
  const comparisons: Comparison[] = [];
  // One app after the other: each takes up to six questions side by side.
  for (const expected of apps)
    comparisons.push(...compareApp(stack, expected, await readApp(new Questions(expected.app, repeat), expected)));
  return comparisons;
}
