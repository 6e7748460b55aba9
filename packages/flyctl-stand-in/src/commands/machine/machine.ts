import { appFlags, json } from "../../cli/flags.ts";
import type { FlagSpec } from "../../cli/flag-spec.ts";
import type { CommandSpec } from "../../cli/spec.ts";
import { createFlags, updateFlags } from "./config-flags.ts";
import { run } from "./create.ts";
import { exec } from "./exec.ts";
import { leases } from "./leases.ts";
import { cordon, destroy, restart, start, stop, uncordon } from "./power.ts";
import { list, status } from "./show.ts";
import { update } from "./update.ts";

const common = { args: { kind: "any" }, session: true, app: "optional", mutating: true } as const;
const signal: FlagSpec = { name: "signal", short: "s", type: "string", usage: "Signal to stop the machine with" };

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
    flags: appFlags,
    ...common,
    args: { kind: "between", least: 0, most: 1 },
    mutating: false,
    run: status,
  },
  {
    path: "machine run",
    operands: "<image> [command]",
    short: "Run a machine",
    flags: createFlags,
    ...common,
    run,
  },
  {
    path: "machine update",
    operands: "[machine_id]",
    short: "Update a machine",
    flags: updateFlags,
    ...common,
    args: { kind: "between", least: 0, most: 1 },
    run: update,
  },
  {
    path: "machine start",
    operands: "[<id>...]",
    short: "Start one or more Fly machines",
    flags: appFlags,
    ...common,
    run: start,
  },
  {
    path: "machine stop",
    operands: "[<id>...]",
    short: "Stop one or more Fly machines",
    flags: [
      ...appFlags,
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
      signal,
      { name: "time", type: "int", usage: "Seconds to wait before killing the machine" },
      { name: "force", type: "bool", usage: "Force stop the machine(s)" },
      { name: "skip-health-checks", type: "bool", usage: "Restarts app without waiting for health checks." },
    ],
    ...common,
    run: restart,
  },
  {
    path: "machine cordon",
    operands: "[<id>...]",
    short: "Deactivate all services on a machine",
    flags: appFlags,
    ...common,
    run: cordon,
  },
  {
    path: "machine uncordon",
    operands: "[<id>...]",
    short: "Reactivate all services on a machine",
    flags: appFlags,
    ...common,
    run: uncordon,
  },
  {
    path: "machine leases",
    operands: "<view|clear> [<id>...]",
    short: "Manage machine leases",
    aliases: ["lease"],
    flags: appFlags,
    ...common,
    mutating: ([command]) => command !== "view",
    run: leases,
  },
  {
    path: "machine exec",
    operands: "[machine-id] <command>",
    short: "Execute a command on a machine",
    flags: [...appFlags, json, { name: "timeout", type: "int", usage: "Timeout in seconds" }],
    ...common,
    args: { kind: "between", least: 1, most: 2 },
    run: exec,
  },
  {
    path: "machine destroy",
    operands: "[flags] ID ID ...",
    short: "Destroy Fly machines",
    aliases: ["remove", "rm"],
    flags: [...appFlags, { name: "force", short: "f", type: "bool", usage: "force kill machine" }],
    ...common,
    run: destroy,
  },
];
