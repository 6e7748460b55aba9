import type { Call } from "../../cli/call.ts";
import { FlyError, nonInteractive } from "../../cli/errors.ts";
import { createMachine } from "../../deploy/machines.ts";
import { begin } from "../../deploy/process.ts";
import type { App, Machine, MachineConfig } from "../../state/types.ts";
import { checkGuest, defaultSize, guestOfSize } from "../../toml/guest.ts";
import { requireRegion } from "../regions.ts";
import { configFromFlags } from "./config.ts";

const schedules = ["hourly", "daily", "weekly", "monthly"];

/** Creates and starts a machine that deployments do not manage. A scheduled one runs for the first time at once. */
export function run(call: Call): void {
  const { flags, operands } = call;
  // Without an existing app, flyctl prompts to create one.
  if (call.appName === "" || call.store.read().apps[call.appName] === undefined) throw nonInteractive();
  const config = configFromFlags(call, emptyConfig(flags.bool("rm")), operands[0] ?? "", false);
  if ((operands[0] ?? "") === "") throw new FlyError("image argument can't be an empty string");
  const machine = call.updateApp((app) => launch(call, app, config));
  call.out(`Success! A Machine has been successfully launched in app ${call.appName}\n`);
  call.out(` Machine ID: ${machine.id}\n Instance ID: ${machine.instance_id}\n State: started\n`);
  call.out("\n Attempting to start machine...\n\n");
  if (!flags.bool("detach")) call.out("==> Monitoring health checks\nNo health checks found\n\n");
  call.out(`Machine started, you can connect via the following private ip\n  ${machine.private_ip}\n`);
}

const emptyConfig = (removed: boolean): MachineConfig => ({
  env: {},
  init: {},
  guest: guestOfSize(defaultSize),
  metadata: {},
  image: "",
  dns: {},
  ...(removed ? { auto_destroy: true } : {}),
});

function launch(call: Call, app: App, config: MachineConfig): Machine {
  const name = call.flags.string("name");
  try {
    checkGuest(config.guest);
    checkSchedule(config);
    checkName(app, name);
  } catch (error) {
    const reason = (error as Error).message.replace(/^failed to launch VM: /, "");
    throw new FlyError(`could not launch machine: failed to launch VM: ${reason}`);
  }
  const machine = createMachine(app, {
    config,
    region: regionOf(call, app),
    start: true,
    minSecretsVersion: call.configFolder.minimumSecretsVersion(app.name),
    ...(name === "" ? {} : { name }),
  });
  begin(call, app, machine);
  return machine;
}

/** Validated by Fly.io's servers; flyctl accepts any value. */
export function checkSchedule({ schedule }: MachineConfig): void {
  if (schedule === undefined || schedules.includes(schedule)) return;
  throw new FlyError(`invalid_argument: invalid config.schedule, must be one of ${schedules.join(", ")}`);
}

function checkName(app: App, name: string): void {
  const taken = app.machines.find((machine) => name !== "" && machine.name === name);
  if (taken === undefined) return;
  throw new FlyError(
    `already_exists: unique machine name violation, machine ID ${taken.id} already exists with name "${name}"`,
  );
}

/** Without `--region`, Fly.io uses the region nearest to the caller; here, that of the app's machines. */
function regionOf({ flags }: Call, app: App): string {
  const wanted = flags.string("region");
  return wanted === "" ? (app.machines[0]?.region ?? "iad") : requireRegion(wanted);
}
