import type { Call } from "../cli/call.ts";
import { FlyError } from "../cli/errors.ts";
import { appFlags, json } from "../cli/flags.ts";
import { table, verticalTable } from "../cli/output.ts";
import type { CommandSpec } from "../cli/spec.ts";
import { machineView } from "../deploy/machines.ts";
import { parseImage } from "../deploy/image.ts";
import { groupOf, isManaged } from "../deploy/plan.ts";
import type { App, Machine } from "../state/types.ts";
import { releaseGroup } from "../toml/machine-config.ts";
import { appStatus, organizationView } from "./apps-view.ts";
import { failedQuery, queries } from "./queries.ts";

function status(call: Call): void {
  const app = call.store.read().apps[call.appName];
  if (app === undefined) {
    throw new FlyError(`failed to get app: ${failedQuery(queries.appCompact, "Could not find App").message}`);
  }
  const active = listed(app).sort((a, b) => (a.id > b.id ? -1 : 1));
  const machines = active.filter(isManaged);
  if (call.json) {
    return call.printJson({
      AppURL: `https://${app.name}.fly.dev`,
      Deployed: app.deployed,
      Hostname: `${app.name}.fly.dev`,
      ID: app.id,
      Machines: machines.map(machineView),
      Name: app.name,
      ...(app.network === "" ? {} : { Network: app.network }),
      Organization: organizationView(app.org),
      PlatformVersion: "machines",
      Status: appStatus(app),
      Version: app.releases.at(-1)?.version ?? 0,
    });
  }
  call.out(
    verticalTable("App", [
      ["Name", app.name],
      ["Owner", app.org],
      ["Hostname", `${app.name}.fly.dev`],
      ["Image", newestImage(machines)],
    ]),
  );
  if (machines.length > 0) printMachines(call, machines);
  if (machines.length === active.length) return;
  call.out("Found machines that aren't part of Fly Launch, run fly machines list to see them.\n");
}

/** The machines in lists: all except release command machines. */
export const listed = (app: App): Machine[] => app.machines.filter((machine) => groupOf(machine) !== releaseGroup);

function newestImage(machines: readonly Machine[]): string {
  const version = ({ config }: Machine): number => Number(config.metadata.fly_release_version ?? 0);
  const [newest] = [...machines].sort((a, b) => version(b) - version(a));
  const image = newest === undefined ? undefined : parseImage(newest.config.image);
  return image === undefined ? "-" : `${image.repository}:${image.tag}`;
}

function printMachines(call: Call, machines: readonly Machine[]): void {
  const rows = machines.map((machine) => [
    `${groupOf(machine)}${(machine.config.standbys ?? []).length > 0 ? "†" : ""}`,
    machine.id,
    machine.config.metadata.fly_release_version ?? "",
    machine.region,
    machine.state,
    "",
    checkSummary(machine.checks),
    machine.updated_at,
  ]);
  const headers = ["Process", "ID", "Version", "Region", "State", "Role", "Checks", "Last Updated"];
  call.out(table("Machines", rows, headers));
}

function checkSummary(checks: readonly { readonly status: string }[]): string {
  if (checks.length === 0) return "";
  const passing = checks.filter((check) => check.status === "passing").length;
  return `${checks.length} total, ${passing} passing`;
}

export const statusCommand: CommandSpec = {
  path: "status",
  short: "Show app status",
  flags: [...appFlags, json],
  args: { kind: "none" },
  session: true,
  app: "required",
  mutating: false,
  run: status,
};
