import type { Call } from "../../cli/call.ts";
import { FlyError, yesRequired } from "../../cli/errors.ts";
import { faultOf, outputOf, type Target } from "../../deploy/machine-faults.ts";
import { failChecks } from "../../deploy/checks.ts";
import { updateMachine } from "../../deploy/machines.ts";
import { groupOf } from "../../deploy/plan.ts";
import { begin, turnOff } from "../../deploy/process.ts";
import type { App, Machine, MachineConfig } from "../../state/types.ts";
import { checkGuest } from "../../toml/guest.ts";
import { changeMachine, chosenMachines, findMachine } from "./choose.ts";
import { checkSchedule } from "./create.ts";
import { configFromFlags } from "./config.ts";

/** Applies a new config and the current secrets to a machine, and starts it even if it was stopped. */
export function update(call: Call): void {
  const { flags } = call;
  const [id = ""] = chosenMachines(call);
  const before = findMachine(call.readApp(), id);
  const config = configFromFlags(call, before.config, flags.string("image"), true);
  if (!flags.bool("yes")) confirm(call, before, config);
  call.out(`Updating machine ${id}\n`);
  const starts = !flags.bool("skip-start") && (config.standbys ?? []).length === 0;
  changeMachine(call, id, (machine, app) => replace(call, app, machine, config, starts));
  if (!flags.bool("skip-health-checks")) watchChecks(call, id);
  call.out(`Machine ${id} updated successfully!\n`);
  call.out(`\nMonitor machine status here:\nhttps://fly.io/apps/${call.appName}/machines/${id}\n`);
}

function confirm(call: Call, { id, name, config }: Machine, wanted: MachineConfig): never {
  if (JSON.stringify(config) === JSON.stringify(wanted)) throw new FlyError("no config changes found");
  call.out(`Configuration changes to be applied to machine: ${id} (${name})\n\n`);
  throw yesRequired();
}

function replace(call: Call, app: App, machine: Machine, config: MachineConfig, starts: boolean): void {
  try {
    checkGuest(config.guest);
    checkSchedule(config);
  } catch (error) {
    const reason = (error as Error).message.replace(/^failed to launch VM: /, "");
    throw new FlyError(`could not update machine ${machine.id}: failed to update VM ${machine.id}: ${reason}`);
  }
  if (!starts) turnOff(app, machine);
  machine.state = starts ? "started" : "stopped";
  updateMachine(app, machine, config, call.configFolder.minimumSecretsVersion(app.name));
  begin(call, app, machine);
}

/** A machine that does not become healthy keeps its new config: flyctl fails after five minutes. */
function watchChecks(call: Call, id: string): void {
  const machine = call.readApp().machines.find((each) => each.id === id);
  if (machine?.state !== "started") return;
  if (machine.checks.length === 0) return call.out("No health checks found\n");
  const target: Target = { group: groupOf(machine), id, nth: 1 };
  const fault = faultOf(call.deployFaults.healthCheck, target);
  if (fault === undefined) return;
  changeMachine(call, id, (each) => failChecks(each, outputOf(fault)));
  const waiting = `Waiting for ${machine.checks.length} non-passing checks`;
  throw new FlyError(`failed to wait for health checks to pass: ${waiting}`);
}
