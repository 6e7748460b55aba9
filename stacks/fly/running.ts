import * as pulumi from "@pulumi/pulumi";
import { Flyctl } from "../../components/driver/flyctl.ts";
import { plainRun } from "../../components/driver/run.ts";
import { readScheduled, type ScheduledRunning } from "../../components/driver/scheduled-machine.ts";
import { readRunning, type Running } from "../../components/driver/what-runs.ts";
import { releasedApps, scheduledApps } from "../../components/fly/app-names.ts";
import { offlineOrganization, skipVariable } from "../../components/kubernetes/preflight/check.ts";
import type { FlyConfig } from "../../config/schema.ts";
import { StepProblem } from "../../lib/problem.ts";

/** What runs of the stack's apps, by name. An app that does not exist yet is missing. */
export interface RunningApps {
  released: Readonly<Record<string, Running | undefined>>;
  scheduled: Readonly<Record<string, ScheduledRunning | undefined>>;
}

const unread: RunningApps = { released: {}, scheduled: {} };

/**
 * Reads what runs, before any resource is registered: after a failed, killed or reverted run the state does not say it. A
 * preview without flyctl or a token assumes that it runs what the state says; a deployment is refused.
 */
export async function readRunningApps({ fly, support }: FlyConfig, env = process.env): Promise<RunningApps> {
  const isPreview = pulumi.runtime.isDryRun();
  if (env[skipVariable] === "1" && (isPreview || pulumi.getOrganization() === offlineOrganization)) return unread;
  try {
    const released = releasedApps(fly).map(async (app) => [app, await readRunning(flyctl(app), app)] as const);
    const scheduled = scheduledApps(fly, support).map(async ({ app, key }) => {
      // They follow Chatwoot's deployment: without its app there are none to ask for.
      const [, chatwoot] = (await released[0]) ?? [];
      return [app, chatwoot && (await readScheduled(flyctl(app), app, key))] as const;
    });
    const [those, these] = await Promise.all([Promise.all(released), Promise.all(scheduled)]);
    return { released: Object.fromEntries(those), scheduled: Object.fromEntries(these) };
  } catch (error) {
    if (!(error instanceof StepProblem)) throw error;
    if (!isPreview) throw new pulumi.RunError(await explained(fly.app, error));
    const message = `app ${fly.app}: not read from Fly, so this preview assumes that it runs what the state says. ${error.message}`;
    void pulumi.log.warn(message);
    return unread;
  }
}

const flyctl = (app: string): Flyctl => new Flyctl(plainRun(), app);

/** The preflight's problem, if it has one: it names the cause. */
async function explained(app: string, problem: StepProblem): Promise<string> {
  try {
    await new Flyctl(plainRun(), app).preflight();
    return problem.message;
  } catch (error) {
    return (error as Error).message;
  }
}
