import { FlyError } from "../cli/errors.ts";
import { instanceId } from "../state/ids.ts";
import type { Machine, MachineConfig } from "../state/types.ts";
import { checkStatuses } from "./checks.ts";
import { parseImage } from "./image.ts";
import { faultOfFirst, label, type Target } from "./machine-faults.ts";
import { removeMachine } from "./machines.ts";
import { becomesHealthy, create, existing, type Rollout } from "./one-machine.ts";
import { groupOf, staysStopped } from "./plan.ts";
import { turnOff } from "./process.ts";

const tagKey = "fly_bluegreen_deployment_tag";
const safeToDestroy = "safe_to_destroy";

type ConfigFor = (machine: Machine) => MachineConfig;

interface Pair {
  readonly blue: Machine;
  readonly config: MachineConfig;
  /** The new machine is created but not started, because the old one is not running. */
  readonly stopped: boolean;
}

interface Green {
  readonly target: Target;
  readonly stopped: boolean;
}

/**
 * Bluegreen: creates a complete new set without services. When all of it is healthy, it gets the services and the old set
 * is destroyed. An earlier failure destroys the new set and keeps the old one. The real waits are omitted.
 */
export async function replaceAll(rollout: Rollout, blue: readonly Machine[], configFor: ConfigFor): Promise<void> {
  const { call } = rollout;
  call.out(`Updating existing machines in '${call.appName}' with bluegreen strategy\n`);
  call.err("\nVerifying if app can be safely deployed \n");
  requireOneImage(rollout, blue);
  const pairs = pairsOf(blue, configFor);
  requireChecks(rollout, pairs);
  const green = makeGreen(rollout, pairs);
  call.err("\nMarking green machines as ready\n");
  for (const { target } of green) {
    call.updateApp((app) => (existing(app, target.id).cordoned = false));
    call.err(`  Machine ${label(target)} now ready\n`);
  }
  retire(rollout, blue);
  await new Promise((resolve) => setImmediate(resolve));
  call.err("\nDeployment Complete\n");
}

/** Machines on another image, left by an earlier failure, prevent the deployment. */
function requireOneImage({ call }: Rollout, blue: readonly Machine[]): void {
  const images = Map.groupBy(blue, ({ config }) => {
    const image = parseImage(config.image);
    return `${image?.repository ?? ""}:${image?.tag ?? ""}`;
  });
  if (images.size <= 1) return;
  call.err(`\n  Found ${images.size} different images in your app `);
  call.err("(for bluegreen to work, all machines need to run a single image)\n");
  for (const [image, machines] of images) {
    const ids = machines.map(({ id }) => id).join(",");
    call.err(`    [x] ${image} - ${machines.length} machine(s) (${ids})\n`);
  }
  throw new FlyError("found multiple image versions");
}

/** In a group with checks, one machine is started even if none was running, so that there is something to check. */
function pairsOf(blue: readonly Machine[], configFor: ConfigFor): readonly Pair[] {
  const pairs = blue.map((machine) => {
    const config = configFor(machine);
    return { blue: machine, config, stopped: staysStopped(machine, config.standbys ?? []) };
  });
  return pairs.map((pair) => {
    const own = pairs.filter((each) => groupOf(each.blue) === groupOf(pair.blue));
    const represents = own[0] === pair && own.every(({ stopped }) => stopped) && own.some(hasChecks);
    return represents ? { ...pair, stopped: false } : pair;
  });
}

const hasChecks = ({ config }: Pair): boolean => checkStatuses(config, "").length > 0;

function requireChecks({ call }: Rollout, pairs: readonly Pair[]): void {
  for (const { blue } of pairs.filter((pair) => !hasChecks(pair))) {
    call.err(`\n[WARN] Machine ${labelOf(blue)} doesn't have healthchecks setup. We won't check its health.`);
  }
  if (pairs.some(hasChecks)) return;
  call.err("\n\nYou need to define at least 1 check in order to use blue-green deployments.\n");
  throw new FlyError("app not in valid state for bluegreen deployments");
}

function makeGreen(rollout: Rollout, pairs: readonly Pair[]): readonly Green[] {
  const { call } = rollout;
  const green: Green[] = [];
  const tag = String(Math.trunc(Date.now() / 1000));
  try {
    call.err("\nCreating green machines\n");
    for (const pair of pairs) {
      const made = launchGreen(rollout, pair, green, tag);
      green.push(made);
      call.err(`  Created machine ${label(made.target)}\n`);
    }
    call.err("\nWaiting for all green machines to start\n");
    for (const { target } of green.filter(({ stopped }) => !stopped)) {
      call.err(`  Machine ${label(target)} - started\n`);
    }
    call.err("\nWaiting for all green machines to be healthy\n");
    for (const { target, stopped } of green) {
      const { length } = existing(call.readApp(), target.id).checks;
      if (stopped || length === 0) continue;
      call.err(`  Machine ${label(target)} - unchecked\n`);
      const healthy = becomesHealthy(rollout, target);
      call.err(`  Machine ${label(target)} - ${healthy ? length : 0}/${length} passing\n`);
      if (healthy) continue;
      throw new FlyError("wait timeout\ncould not get all green machines to be healthy");
    }
    return green;
  } catch (error) {
    call.err("\nRolling back failed deployment\n");
    for (const { target } of green) {
      call.updateApp((app) => removeMachine(app, target.id));
      call.err(`  Deleted machine ${label(target)}\n`);
    }
    throw error;
  }
}

function launchGreen(rollout: Rollout, pair: Pair, before: readonly Green[], tag: string): Green {
  const group = groupOf(pair.blue);
  const nth = before.filter(({ target }) => target.group === group).length + 1;
  if (faultOfFirst(rollout.call.deployFaults.updateError, { group, id: pair.blue.id, nth }) !== undefined) {
    throw new FlyError("failed to launch VM: unknown: internal server error\nfailed to create green machines");
  }
  const metadata = { ...pair.config.metadata, [tagKey]: tag, fly_flyctl_bluegreen_launch_id: instanceId() };
  const machine = create(
    rollout,
    { ...pair.config, metadata },
    { region: pair.blue.region, start: !pair.stopped, cordoned: true },
  );
  return { target: { group, id: machine.id, nth }, stopped: pair.stopped };
}

function retire({ call }: Rollout, blue: readonly Machine[]): void {
  call.err("\nCheckpointing deployment, this may take a few seconds...\n");
  call.updateApp((app) => {
    for (const { id } of blue) {
      const machine = existing(app, id);
      machine.config.metadata[tagKey] = safeToDestroy;
      machine.cordoned = true;
      turnOff(app, machine);
    }
  });
  call.err("\nWaiting before cordoning all blue machines\n");
  for (const each of blue) call.err(`  Machine ${labelOf(each)} cordoned\n`);
  call.err("\nWaiting before stopping all blue machines\n\nStopping all blue machines\n");
  call.err("\nWaiting for all blue machines to stop\n");
  for (const each of blue) call.err(`  Machine ${labelOf(each)} - stopped\n`);
  call.err("\nDestroying all blue machines\n");
  if (call.deployFaults.blueRemains === true) {
    const ids = blue.map(({ id }) => id);
    call.err(`\n  Failed to destroy ${ids.length} machine(s). Remove them manually with:\n\n`);
    return call.err(`    fly machine destroy --force -a ${call.appName} ${ids.join(" ")}\n\n`);
  }
  for (const each of blue) {
    call.updateApp((app) => removeMachine(app, each.id));
    call.err(`  Machine ${labelOf(each)} destroyed\n`);
  }
}

const labelOf = (machine: Machine): string => label({ id: machine.id, group: groupOf(machine) });
