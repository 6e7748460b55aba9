import type { Call } from "../../cli/call.ts";
import { FlyError, nonInteractive } from "../../cli/errors.ts";
import type { App, Machine } from "../../state/types.ts";

export const findMachine = (app: App, id: string): Machine => {
  const machine = app.machines.find((each) => each.id === id);
  if (machine === undefined) throw new FlyError(`machine ${id} was not found in app '${app.name}'`);
  return machine;
};

/** A machine of the app, or one of its last destroyed machines. */
export const findOnceMachine = (app: App, id: string): Machine =>
  app.destroyed?.find((each) => each.id === id) ?? findMachine(app, id);

/** The machines in the operands. All must exist before any is changed. */
export function chosenMachines(
  call: Call,
  ids: readonly string[] = call.operands,
  find: (app: App, id: string) => Machine = findMachine,
): readonly string[] {
  if (ids.length === 0 && call.appName === "") throw new FlyError("a machine ID or an app name is required");
  if (ids.length === 0) throw nonInteractive("a machine ID must be specified when not running interactively");
  if (call.appName === "") call.enterApp(appOfMachine(call, ids[0] ?? ""));
  const app = call.readApp();
  return ids.map((id) => find(app, id).id);
}

/** Changes one machine under the lock. */
export function changeMachine<T>(call: Call, id: string, change: (machine: Machine, app: App) => T): T {
  return call.updateApp((app) => change(findMachine(app, id), app));
}

/** Without `--app`, the machine's id selects the app. */
function appOfMachine(call: Call, id: string): string {
  const apps = Object.values(call.store.read().apps);
  const owner = apps.find((app) => app.machines.some((machine) => machine.id === id));
  if (owner !== undefined) return owner.name;
  throw new FlyError("could not get machine from GraphQL to determine app name: Could not find Machine");
}
