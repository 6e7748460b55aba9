import { Progress } from "./progress.ts";
import { CancelledError, FlyError } from "../cli/errors.ts";
import type { Machine } from "../state/types.ts";
import { faultOf, faultOfFirst, label, type Target } from "./machine-faults.ts";
import { becomesHealthy, existing, neverHealthy, type Rollout } from "./one-machine.ts";
import { groupOf } from "./plan.ts";
import { rollingOutcome, type RollingGroup } from "./rolling-order.ts";

type Update = (target: Target) => void;

/** Updates machines in place: group by group, or all at once without checking their health. */
export async function updateAll(rollout: Rollout, machines: readonly Machine[], update: Update): Promise<void> {
  const { call, strategy } = rollout;
  call.out(`Updating existing machines in '${call.appName}' with ${strategy} strategy\n`);
  const running = (id: string): boolean => machines.some((each) => each.id === id && each.state === "started");
  const faults = call.deployFaults;
  const refused = (target: Target): boolean => faultOfFirst(faults.updateError, target) !== undefined;
  const unhealthy = (target: Target): boolean =>
    rollout.waits &&
    running(target.id) &&
    (!rollout.canBecomeHealthy || faultOf(faults.healthCheck, target) !== undefined);
  const groups = rollingGroups(machines);
  const outcome =
    strategy === "immediate"
      ? immediateOutcome(groups, refused)
      : rollingOutcome(groups, { maxUnavailable: rollout.maxUnavailable, refused, unhealthy });
  const progress = new Progress(call, machines.length);
  for (const target of outcome.updated) {
    progress.begin(target.id);
    progress.step(target.id, `Updating ${label(target)}`);
    update(target);
    if (running(target.id) && rollout.waits && !watch(rollout, progress, target)) continue;
    progress.success(target.id, `Machine ${label(target)} update succeeded`);
    await new Promise((resolve) => setImmediate(resolve));
  }
  if (outcome.end === "complete") return;
  if (outcome.end === "cancelled") throw new CancelledError();
  // Updated machines keep the new image, healthy or not: nothing is rolled back.
  if ("unhealthy" in outcome.end) {
    const error = neverHealthy(call, outcome.end.unhealthy.id);
    progress.failure(
      outcome.end.unhealthy.id,
      `Machine ${label(outcome.end.unhealthy)} update failed: ${error.message}`,
    );
    throw error;
  }
  const { id } = outcome.end.refused;
  throw new FlyError(`failed to update machine ${id}: failed to update VM ${id}: unknown: internal server error`);
}

/** Waits until a machine has started and its checks pass. */
function watch(rollout: Rollout, progress: Progress, target: Target): boolean {
  const { id } = target;
  progress.step(id, `Waiting for ${label(target)} to have state: started`);
  progress.step(id, `Machine ${label(target)} has state: started`);
  progress.step(id, `Checking that ${label(target)} is up and running`);
  const healthy = becomesHealthy(rollout, target);
  const { checks } = existing(rollout.call.readApp(), id);
  const passing = healthy ? checks.length : 0;
  if (checks.length > 0) {
    progress.step(id, `Waiting for ${label(target)} to become healthy: ${passing}/${checks.length}\n`);
  }
  return healthy;
}

/** In the order of the ids, as the real one sorts them. */
function rollingGroups(machines: readonly Machine[]): readonly RollingGroup[] {
  const sorted = [...machines].sort((a, b) => (a.id < b.id ? -1 : 1));
  return [...new Set(sorted.map(groupOf))].map((group) => {
    const own = sorted.filter((machine) => groupOf(machine) === group);
    const ids = (wanted: boolean): readonly string[] =>
      own.filter(({ state }) => (state === "started") === wanted).map(({ id }) => id);
    return { group, warm: ids(true), cold: ids(false) };
  });
}

function immediateOutcome(
  groups: readonly RollingGroup[],
  refused: (target: Target) => boolean,
): ReturnType<typeof rollingOutcome> {
  const all = groups.flatMap(({ group, warm, cold }) =>
    [...warm, ...cold].map((id, index) => ({ group, id, nth: index + 1 })),
  );
  const failed = all.find(refused);
  return {
    updated: all.filter((each) => !refused(each)),
    end: failed === undefined ? "complete" : { refused: failed },
  };
}
