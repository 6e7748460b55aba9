import * as pulumi from "@pulumi/pulumi";
import { knownValue } from "../chatwoot/known-value.ts";
import { foreignKeysProblem, isRootKeysMark } from "../driver/root-keys.ts";
import type { Running } from "../driver/what-runs.ts";

/**
 * Throws if the app has root keys of another deployment, by the mark that this program stores beside them: after the loss of
 * a state, or of a part of it, the deployment would overwrite them, and Redis' password too. Await it before any resource on
 * Fly is registered. The secrets step refuses the keys of an app without a mark.
 */
export async function refuseForeignKeys(
  app: string,
  running: Running | undefined,
  rootKeys: { mark: pulumi.Output<string>; guarded: readonly string[] },
): Promise<void> {
  const names = Object.keys(running?.digests ?? {});
  if (running === undefined || !names.some(isRootKeysMark)) return;
  const hasMachines = running.machines.length > 0;
  const hasReleases = running.release !== undefined;
  const holder = { app, stack: pulumi.getStack(), names, hasMachines, hasReleases };
  const problem = foreignKeysProblem(holder, {
    // A preview does not know keys that this run generates anew.
    mark: await knownValue(rootKeys.mark),
    guarded: rootKeys.guarded,
  });
  // Pulumi prints a RunError's message alone, without a stack trace.
  if (problem !== undefined) throw new pulumi.RunError(problem.message);
}
