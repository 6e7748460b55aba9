import type { Call } from "../../cli/call.ts";
import { FlyError } from "../../cli/errors.ts";
import { turnOff, turnOn } from "../../deploy/process.ts";
import { removeMachine } from "../../deploy/machines.ts";
import { changeMachine, chosenMachines } from "./choose.ts";

/** A start or a restart does not apply new secrets: the machine keeps those of its last update. */
export function start(call: Call): void {
  for (const id of chosenMachines(call)) {
    changeMachine(call, id, (machine, app) => turnOn(call, app, machine));
    call.out(`${id} has been started\n`);
  }
}

export function stop(call: Call): void {
  const signal = call.flags.string("signal").toUpperCase();
  for (const id of chosenMachines(call)) {
    call.out(`Sending kill signal to machine ${id}...\n`);
    changeMachine(call, id, (machine, app) => turnOff(app, machine, signal === "" ? undefined : signal));
    call.out(`${id} has been successfully stopped\n`);
  }
}

export function restart(call: Call): void {
  for (const id of chosenMachines(call)) {
    call.out(`Restarting machine ${id}\n`);
    changeMachine(call, id, (machine, app) => {
      turnOff(app, machine);
      turnOn(call, app, machine);
    });
    call.out(`  Waiting for ${id} to become healthy (started)\nMachine ${id} restarted successfully!\n`);
  }
}

export function cordon(call: Call): void {
  for (const id of chosenMachines(call)) {
    call.out(`Activating cordon on machine ${id}...\n`);
    changeMachine(call, id, (machine) => (machine.cordoned = true));
    call.out("done!\n");
  }
}

export function uncordon(call: Call): void {
  for (const id of chosenMachines(call)) {
    call.out(`Deactivating cordon on machine ${id}...\n`);
    changeMachine(call, id, (machine) => (machine.cordoned = false));
    call.out("done!\n");
  }
}

export function destroy(call: Call): void {
  const force = call.flags.bool("force");
  for (const id of chosenMachines(call)) {
    changeMachine(call, id, ({ state }, app) => {
      if (!force && state === "started") {
        throw new FlyError(`machine ${id} currently started, either stop first or use --force flag`);
      }
      if (!force && state !== "stopped" && state !== "suspended") {
        throw new FlyError(
          `machine ${id} is in a ${state} state and cannot be destroyed since it is not stopped or suspended, either stop first or use --force flag`,
        );
      }
      call.out(`machine ${id} was found and is currently in ${state} state, attempting to destroy...\n`);
      removeMachine(app, id);
    });
    call.out(`${id} has been destroyed\n`);
  }
}
