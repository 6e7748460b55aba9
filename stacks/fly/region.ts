import * as pulumi from "@pulumi/pulumi";
import type { Machine } from "../../components/driver/machines.ts";
import { regionMoves } from "../../components/driver/region-moves.ts";
import { ownRedisApp } from "../../components/fly/app-names.ts";
import type { FlyConfig } from "../../config/schema.ts";
import type { RunningApps } from "./running.ts";

/** Throws if machines run in another region than the configured one: a deployment updates machines where they are. */
export function refuseOtherRegions({ region, app, redis }: FlyConfig["fly"], running: RunningApps["released"]): void {
  const holdsData = (name: string): boolean => redis.kind === "own" && name === ownRedisApp(app, redis);
  const problems = Object.entries(running).flatMap(
    ([name, found]) => regionProblem({ app: name, region, holdsData: holdsData(name) }, found?.machines ?? []) ?? [],
  );
  // Pulumi prints a RunError's message alone, without a stack trace.
  if (problems.length > 0) throw new pulumi.RunError(problems.join("\n"));
}

/** The problem and the commands that move the machines of an app; undefined if none is elsewhere. */
export function regionProblem(
  { app, region, holdsData }: { app: string; region: string; holdsData: boolean },
  machines: readonly Machine[],
): string | undefined {
  const elsewhere = machines.filter((machine) => machine.region !== region);
  if (elsewhere.length === 0) return undefined;
  const regions = [...new Set(elsewhere.map((machine) => machine.region))].sort();
  const problem = `chatwoot:fly.region: is ${region}, but machines of the app ${app} are in ${regions.join(", ")}, where a deployment leaves them`;
  const [back] = regions;
  if (holdsData)
    return `${problem}. Set it to ${back}, or set another chatwoot:fly.redis.app, an empty Redis in ${region} (docs/runbooks/disaster-recovery.md).`;
  return `${problem}. Set it to ${back}, or move them: ${regionMoves(app, region, elsewhere)
    .map((command) => `\`${command}\``)
    .join(", then ")}, then run \`pulumi up\` again.`;
}
