import type { Call } from "../cli/call.ts";
import { FlyError } from "../cli/errors.ts";
import { appFlags, json, select } from "../cli/flags.ts";
import { table, verticalTable } from "../cli/output.ts";
import type { CommandSpec } from "../cli/spec.ts";
import { addEvent, machineView, removeMachine } from "../deploy/machines.ts";
import { groupOf } from "../deploy/plan.ts";
import { recordStart } from "../state/journal.ts";
import type { App, Machine } from "../state/types.ts";
import { sizeOf } from "../toml/guest.ts";

const find = (app: App, id: string): Machine => {
  const machine = app.machines.find((each) => each.id === id);
  if (machine === undefined) throw new FlyError(`machine ${id} was not found in app '${app.name}'`);
  return machine;
};

/** The machines that the operands name. All must exist before anything happens to one. */
function chosen(call: Call): readonly string[] {
  if (call.flags.bool("select")) throw new FlyError("the sandbox's flyctl cannot show a list to select from");
  if (call.operands.length === 0) {
    const noApp = call.appName === "";
    throw new FlyError(
      noApp
        ? "a machine ID or an app name is required"
        : "a machine ID must be specified when not running interactively",
    );
  }
  if (call.appName === "") throw new FlyError("the sandbox's flyctl needs --app for a machine");
  const app = call.readApp();
  return call.operands.map((id) => find(app, id).id);
}

/** Fewer commands than one may think apply secrets: a start and a restart keep those of the last update. */
function start(call: Call): void {
  for (const id of chosen(call)) {
    call.updateApp((app) => turnOn(call, app, find(app, id)));
    call.out(`${id} has been started\n`);
  }
}

function turnOn(call: Call, app: App, machine: Machine): void {
  if (machine.state === "started") return;
  machine.state = "started";
  addEvent(machine, "start", "started");
  recordStart(call.store, call.number, app, machine, "process");
}

function stop(call: Call): void {
  for (const id of chosen(call)) {
    call.out(`Sending kill signal to machine ${id}...\n`);
    call.updateApp((app) => {
      const machine = find(app, id);
      if (machine.state !== "started") return;
      machine.state = "stopped";
      addEvent(machine, "exit", "stopped");
    });
    call.out(`${id} has been successfully stopped\n`);
  }
}

function restart(call: Call): void {
  for (const id of chosen(call)) {
    call.out(`Restarting machine ${id}\n`);
    call.updateApp((app) => {
      const machine = find(app, id);
      machine.state = "stopped";
      turnOn(call, app, machine);
    });
    call.out(`  Waiting for ${id} to become healthy (started)\nMachine ${id} restarted successfully!\n`);
  }
}

function destroy(call: Call): void {
  const force = call.flags.bool("force");
  for (const id of chosen(call)) {
    call.updateApp((app) => {
      const machine = find(app, id);
      if (machine.state !== "stopped" && !force) {
        throw new FlyError(`machine ${id} currently started, either stop first or use --force flag`);
      }
      call.out(`machine ${id} was found and is currently in ${machine.state} state, attempting to destroy...\n`);
      removeMachine(app, id);
    });
    call.out(`${id} has been destroyed\n`);
  }
}

function list(call: Call): void {
  const { machines } = call.readApp();
  if (call.json) return call.printJson(machines.map(machineView));
  const quiet = call.flags.bool("quiet");
  if (machines.length === 0)
    return quiet ? undefined : call.out(`No machines are available on this app ${call.appName}\n`);
  if (quiet)
    return call.out(
      table(
        "",
        machines.map(({ id }) => [id]),
      ),
    );
  const rows = machines.map((machine) => [
    machine.id,
    machine.name,
    machine.state,
    machine.region,
    machine.config.image,
    machine.private_ip,
    groupOf(machine),
    `${sizeOf(machine.config.guest)}:${machine.config.guest.memory_mb}MB`,
  ]);
  call.out(`${machines.length} machines have been retrieved from app ${call.appName}.\n\n`);
  const headers = ["ID", "Name", "State", "Region", "Image", "IP Address", "Process Group", "Size"];
  call.out(table(call.appName, rows, headers));
}

function status(call: Call): void {
  const app = call.readApp();
  const [id = ""] = chosen(call);
  const machine = find(app, id);
  if (call.flags.bool("display-config")) return call.out(`${JSON.stringify(machine.config, null, 2)}\n`);
  call.out(`Machine ID: ${id}\nInstance ID: ${machine.instance_id}\nState: ${machine.state}\nHostStatus: ok\n\n`);
  call.out(
    verticalTable("VM", [
      ["ID", id],
      ["Instance ID", machine.instance_id],
      ["State", machine.state],
      ["Image", machine.config.image],
      ["Region", machine.region],
      ["Process Group", groupOf(machine)],
      ["CPU Kind", machine.config.guest.cpu_kind],
      ["vCPUs", String(machine.config.guest.cpus)],
      ["Memory", String(machine.config.guest.memory_mb)],
      ["Command", JSON.stringify(machine.config.init.cmd ?? [])],
    ]),
  );
}

const common = { args: { kind: "any" }, session: true, app: "optional", mutating: true } as const;
const signal = { name: "signal", short: "s", type: "string", usage: "Signal to stop the machine with" } as const;

export const machineCommands: readonly CommandSpec[] = [
  {
    path: "machine list",
    short: "List Fly machines",
    aliases: ["ls"],
    flags: [...appFlags, json, { name: "quiet", short: "q", type: "bool", usage: "Only list machine ids" }],
    args: { kind: "none" },
    session: true,
    app: "required",
    mutating: false,
    run: list,
  },
  {
    path: "machine status",
    operands: "[id]",
    short: "Show current status of a running machine",
    flags: [
      ...appFlags,
      select,
      { name: "display-config", short: "d", type: "bool", usage: "Display the machine config as JSON" },
    ],
    ...common,
    args: { kind: "between", least: 0, most: 1 },
    mutating: false,
    run: status,
  },
  {
    path: "machine start",
    operands: "[<id>...]",
    short: "Start one or more Fly machines",
    flags: [...appFlags, select],
    ...common,
    run: start,
  },
  {
    path: "machine stop",
    operands: "[<id>...]",
    short: "Stop one or more Fly machines",
    flags: [
      ...appFlags,
      select,
      signal,
      { name: "timeout", type: "int", usage: "Seconds to wait before sending SIGKILL to the machine" },
      { name: "wait-timeout", short: "w", type: "duration", usage: "Time to wait for machines to become stopped" },
    ],
    ...common,
    run: stop,
  },
  {
    path: "machine restart",
    operands: "[<id>...]",
    short: "Restart one or more Fly machines",
    flags: [
      ...appFlags,
      select,
      signal,
      { name: "time", type: "int", usage: "Seconds to wait before killing the machine" },
      { name: "force", type: "bool", usage: "Force stop the machine(s)" },
      { name: "skip-health-checks", type: "bool", usage: "Restarts app without waiting for health checks." },
    ],
    ...common,
    run: restart,
  },
  {
    path: "machine destroy",
    operands: "[flags] ID ID ...",
    short: "Destroy Fly machines",
    aliases: ["remove", "rm"],
    flags: [...appFlags, select, { name: "force", short: "f", type: "bool", usage: "force kill machine" }],
    ...common,
    run: destroy,
  },
];
