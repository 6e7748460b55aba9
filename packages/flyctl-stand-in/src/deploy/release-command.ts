import type { Call } from "../cli/call.ts";
import { second } from "../cli/durations.ts";
import { FlyError } from "../cli/errors.ts";
import { recordStart } from "../state/journal.ts";
import { logLine } from "../state/logs.ts";
import type { App, Guest, Machine, Release } from "../state/types.ts";
import { defaultGroup } from "../toml/groups.ts";
import { guestOfSize, checkGuest } from "../toml/guest.ts";
import { releaseGroup, releaseMachineConfig } from "../toml/machine-config.ts";
import type { FlyConfig } from "../toml/types.ts";
import { createMachine, removeMachine } from "./machines.ts";
import { existing } from "./one-machine.ts";
import { groupOf, managed } from "./plan.ts";
import { halt } from "./process.ts";

const aborted = "release command failed - aborting deployment.";

/**
 * Creates the release command's machine and journals its environment. No program runs: the command succeeds unless a
 * fault is set or the time limit is shorter than its simulated duration.
 */
export async function runReleaseCommand(
  call: Call,
  config: FlyConfig,
  release: Release,
  limitNanoseconds: number,
): Promise<void> {
  const command = config.deploy?.release_command ?? "";
  if (command === "") return;
  call.err(`Running ${call.appName} release_command: ${command}\n`);
  const faults = call.deployFaults;
  const machine = call.updateApp((app) => startMachine(call, app, config, release));
  call.out(`> Created release_command machine ${machine.id}\n`);
  progress(call, machine, ["stopped"]);
  call.err("Starting machine\n");
  progress(call, machine, ["started"]);
  const wanted = faults.releaseCommand;
  const tooSlow = limitNanoseconds > 0 && limitNanoseconds < (faults.releaseCommandSeconds ?? 1) * second;
  const isForgotten = wanted?.isForgotten === true;
  if (tooSlow || (wanted?.neverEnds === true && limitNanoseconds > 0)) {
    if (isForgotten) return;
    throw timeout(machine);
  }
  // Without a limit, flyctl waits forever. The machine is left behind when a signal ends the wait.
  while (wanted?.neverEnds === true) await call.sleep(3600);
  const exitCode = wanted?.exitCode ?? 0;
  call.updateApp((app) => {
    for (const line of wanted?.logs ?? []) logLine(app, machine, "app", line);
    const ended = existing(app, machine.id);
    halt(app, ended, exitCode === 0 ? {} : { exit_code: exitCode });
  });
  progress(call, machine, ["destroyed"]);
  call.out(`> Waiting for ${machine.id} to get exit event\n`);
  if (exitCode === 0) {
    call.out(`✔ release_command ${machine.id} completed successfully\n`);
    return;
  }
  const failure = `machine ${machine.id} exited with non-zero status of ${exitCode}`;
  call.out("✖ release_command failed\n");
  call.err(`Error release_command failed running on machine ${machine.id} with exit code ${exitCode}.\n`);
  call.err("Checking logs: fetching the last 100 lines below:\n");
  call.err("timeout waiting for release command logs\n");
  const time = new Date().toISOString().replace(/\.\d+/, "");
  for (const line of wanted?.logs ?? []) call.err(`\u001b[2m${time}\u001b[0m ${line}\n`);
  call.out(`✖ Failed: ${failure}\n`);
  if (!isForgotten) throw new FlyError(`${aborted} ${failure}`);
}

function progress(call: Call, { id }: Machine, states: readonly string[]): void {
  for (const state of states) {
    call.out(`> Waiting for ${id} to have state: ${state}\n> Machine ${id} has state: ${state}\n`);
  }
}

function startMachine(call: Call, app: App, config: FlyConfig, release: Release): Machine {
  // A release machine of an earlier deployment is destroyed in any state.
  for (const leftover of app.machines.filter((each) => groupOf(each) === releaseGroup)) removeMachine(app, leftover.id);
  const stamp = { id: release.id, version: release.version, image: release.imageRef };
  const machineConfig = releaseMachineConfig(config, stamp, inferGuest(app, config));
  try {
    checkGuest(machineConfig.guest);
  } catch (error) {
    throw new FlyError(
      `${aborted} error running release_command machine: error creating a release_command machine: ${(error as Error).message}`,
    );
  }
  const machine = createMachine(app, {
    config: machineConfig,
    region: config.primary_region ?? "",
    start: true,
    minSecretsVersion: call.configFolder.minimumSecretsVersion(app.name),
  });
  recordStart(call.store, call.number, app, machine, "release_command");
  return machine;
}

/** Without `release_command_vm`: 512 MB in the first deployment, later the size of the default group's largest machine. */
function inferGuest(app: App, config: FlyConfig): Guest {
  const group = defaultGroup(config);
  const guests = managed(app.machines)
    .filter((machine) => groupOf(machine) === group)
    .map((machine) => machine.config.guest);
  const [first, ...others] = guests;
  if (first === undefined) return guestOfSize("shared-cpu-2x");
  return others.reduce((best, guest) => (guest.memory_mb > best.memory_mb ? guest : best), first);
}

const timeout = (machine: Machine): FlyError =>
  new FlyError(
    `${aborted} error waiting for release_command machine ${machine.id} to finish running: timeout reached waiting for machine's state to change`,
    {
      description: 'Your machine never reached the state "destroyed".',
      suggestion: "You can try increasing the timeout with the --release-command-timeout flag",
    },
  );
