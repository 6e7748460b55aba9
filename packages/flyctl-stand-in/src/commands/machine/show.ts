import type { Call } from "../../cli/call.ts";
import { machinesApiError } from "../../cli/errors.ts";
import { relativeTime, table, verticalTable } from "../../cli/output.ts";
import { machineView } from "../../deploy/machines.ts";
import { parseImage } from "../../deploy/image.ts";
import { groupOf } from "../../deploy/plan.ts";
import type { Machine } from "../../state/types.ts";
import { sizeOf } from "../../toml/guest.ts";
import { chosenMachines, findOnceMachine } from "./choose.ts";

/** Every machine of the app, including those of `machine run`. */
export function list(call: Call): void {
  const app = call.store.read().apps[call.appName];
  if (app === undefined) throw machinesApiError(`failed to list VMs: Could not find App "${call.appName}"`);
  const { machines } = app;
  if (call.json) return call.printJson(machines.map(machineView));
  const quiet = call.flags.bool("quiet");
  if (machines.length === 0) {
    if (!quiet) call.out(`No machines are available on this app ${call.appName}\n`);
    return;
  }
  if (quiet) {
    const ids = machines.map(({ id }) => [id]);
    return call.out(table("", ids));
  }
  const rows = machines.map((machine) => {
    const passing = machine.checks.filter(({ status }) => status === "passing").length;
    return [
      machine.id,
      machine.name,
      machine.state,
      machine.checks.length === 0 ? "" : `${passing}/${machine.checks.length}`,
      machine.region,
      "",
      machine.config.image,
      machine.private_ip,
      machine.config.mounts?.[0]?.volume ?? "",
      machine.created_at,
      machine.updated_at,
      groupOf(machine),
      `${sizeOf(machine.config.guest)}:${machine.config.guest.memory_mb}MB`,
    ];
  });
  const link = `https://fly.io/apps/${call.appName}/machines/`;
  call.out(`${machines.length} machines have been retrieved from app ${call.appName}.\n`);
  call.out(`View them in the UI here (${link})\n\n`);
  const headers = ["ID", "Name", "State", "Checks", "Region", "Role", "Image", "IP Address", "Volume"];
  call.out(table(call.appName, rows, [...headers, "Created", "Last Updated", "Process Group", "Size"]));
}

export function status(call: Call): void {
  const [id = ""] = chosenMachines(call, call.operands, findOnceMachine);
  const machine = findOnceMachine(call.readApp(), id);
  call.out(`Machine ID: ${id}\nInstance ID: ${machine.instance_id}\nState: ${machine.state}\nHostStatus: ok\n\n`);
  call.out(
    verticalTable("VM", [
      ["ID", id],
      ["Instance ID", machine.instance_id],
      ["State", machine.state],
      ["Image", shortImage(machine)],
      ["Name", machine.name],
      ["Private IP", machine.private_ip],
      ["Region", machine.region],
      ["Process Group", groupOf(machine)],
      ["CPU Kind", machine.config.guest.cpu_kind],
      ["vCPUs", String(machine.config.guest.cpus)],
      ["Memory", String(machine.config.guest.memory_mb)],
      ["Created", machine.created_at],
      ["Updated", machine.updated_at],
      ["Entrypoint", (machine.config.init.entrypoint ?? []).join(" ")],
      ["Command", JSON.stringify(machine.config.init.cmd ?? [])],
    ]),
  );
  printChecks(call, machine);
  const events = machine.events.map(({ type, status: state, source, timestamp, request }) => {
    const exit = request?.exit_event;
    const info =
      exit === undefined
        ? ""
        : `exit_code=${exit.exit_code ?? 0},oom_killed=false,requested_stop=${exit.requested_stop ?? false}`;
    return [state, type, source, new Date(timestamp).toISOString(), info];
  });
  call.out(table("Event Logs", [["STATE", "EVENT", "SOURCE", "TIMESTAMP", "INFO"], ...events]));
}

function printChecks(call: Call, { checks }: Machine): void {
  if (checks.length === 0) return;
  const passing = checks.filter(({ status: state }) => state === "passing").length;
  const rows = checks.map((check) => [check.name, check.status, relativeTime(check.updated_at), check.output]);
  call.out(table(`Checks [${passing}/${checks.length}]`, rows, ["Name", "Status", "Last Updated", "Output"]));
}

/** Without the registry of Docker Hub's mirror and the digest. */
function shortImage({ config }: Machine): string {
  const image = parseImage(config.image);
  return image === undefined ? config.image : `${image.repository}:${image.tag}`;
}
