import * as pulumi from "@pulumi/pulumi";
import { Flyctl } from "../../components/driver/flyctl.ts";
import { plainRun } from "../../components/driver/run.ts";
import { readRunning, type Running } from "../../components/driver/what-runs.ts";
import { releasedApps } from "../../components/fly/app-names.ts";
import { offlineOrganization, skipVariable } from "../../components/kubernetes/preflight/check.ts";
import type { FlyConfig } from "../../config/schema.ts";
import { StepProblem } from "../../lib/problem.ts";

/** What runs of the stack's apps, by name. An app that does not exist yet is missing. */
export type RunningApps = Readonly<Record<string, Running | undefined>>;

/**
 * Reads what runs, before any resource is registered: after a failed, killed or reverted run the state does not say it. A
 * preview without flyctl or a token assumes that it runs what the state says; a deployment is refused.
 */
export async function readRunningApps({ fly }: FlyConfig, env = process.env): Promise<RunningApps> {
  const isPreview = pulumi.runtime.isDryRun();
  if (env[skipVariable] === "1" && (isPreview || pulumi.getOrganization() === offlineOrganization)) return {};
  try {
    const apps = releasedApps(fly).map(
      async (app) => [app, await readRunning(new Flyctl(plainRun(), app), app)] as const,
    );
    return Object.fromEntries(await Promise.all(apps));
  } catch (error) {
    if (!(error instanceof StepProblem)) throw error;
    if (!isPreview) throw new pulumi.RunError(await explained(fly.app, error));
    const message = `app ${fly.app}: not read from Fly, so this preview assumes that it runs what the state says. ${error.message}`;
    void pulumi.log.warn(message);
    return {};
  }
}

/** The preflight's problem, if it has one: it names the cause. */
async function explained(app: string, problem: StepProblem): Promise<string> {
  try {
    await new Flyctl(plainRun(), app).preflight();
    return problem.message;
  } catch (error) {
    return (error as Error).message;
  }
}
