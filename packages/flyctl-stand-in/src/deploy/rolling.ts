import { CancelledError, FlyError } from "../cli/errors.ts";
import type { Machine } from "../state/types.ts";
import { faultOf, faultOfFirst, type Target } from "./machine-faults.ts";
import { becomesHealthy, neverHealthy, type Rollout } from "./one-machine.ts";
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
  for (const target of outcome.updated) {
    update(target);
    if (running(target.id) && rollout.waits && !becomesHealthy(rollout, target)) continue;
    call.out(`✔ Machine ${target.id} [${target.group}] update succeeded\n`);
    await new Promise((resolve) => setImmediate(resolve));
  }
  if (outcome.end === "complete") return;
  if (outcome.end === "cancelled") throw new CancelledError();
  // Updated machines keep the new image, healthy or not: nothing is rolled back.
  if ("unhealthy" in outcome.end) throw neverHealthy(outcome.end.unhealthy.id);
  const { id } = outcome.end.refused;
  throw new FlyError(`failed to update machine ${id}: failed to update VM ${id}: unknown: internal server error`);
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
