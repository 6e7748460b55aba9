import type { Call } from "../cli/call.ts";
import { FlyError, nonInteractive, yesRequired } from "../cli/errors.ts";
import { appFlags, json, region, yes } from "../cli/flags.ts";
import { table } from "../cli/output.ts";
import type { CommandSpec } from "../cli/spec.ts";
import { addVolume } from "../deploy/volumes.ts";
import type { Volume } from "../state/types.ts";
import { requireRegion } from "./regions.ts";

const view = (volume: Volume): Record<string, unknown> => ({
  id: volume.id,
  name: volume.name,
  state: "created",
  size_gb: volume.sizeGb,
  region: volume.region,
  zone: "sand",
  encrypted: volume.encrypted,
  attached_machine_id: volume.attachedMachine,
  attached_alloc_id: null,
  created_at: volume.createdAt,
  host_dedication_id: "",
  snapshot_retention: volume.snapshotRetention ?? 5,
  auto_backup_enabled: true,
  host_status: "ok",
});

function create(call: Call): void {
  const [name = ""] = call.operands;
  const count = call.flags.number("count");
  const known = call.readApp().volumes.some((volume) => volume.name === name);
  if (!call.flags.bool("yes") && count <= 1 && !known) {
    call.err("Warning! Every volume is pinned to a specific physical host. You should create two or more volumes.\n");
    throw yesRequired();
  }
  const at = requireRegion(call.region);
  for (let made = 0; made < count; made += 1) {
    const volume = call.updateApp((app) => addVolume(app, name, at, call.flags.number("size")));
    if (call.json) call.printJson(view(volume));
    else call.out(`${"ID".padStart(20)}: ${volume.id}\n${"Name".padStart(20)}: ${volume.name}\n`);
  }
}

function list(call: Call): void {
  const { volumes } = call.readApp();
  if (call.json) return call.printJson(volumes.map(view));
  const rows = volumes.map((each) => [
    each.id,
    "created",
    each.name,
    `${each.sizeGb}GB`,
    each.region,
    "sand",
    "true",
    each.attachedMachine ?? "",
    each.createdAt,
  ]);
  const headers = ["ID", "State", "Name", "Size", "Region", "Zone", "Encrypted", "Attached VM", "Created At"];
  call.out(table("", rows, headers));
}

function destroy(call: Call): void {
  if (call.operands.length === 0) throw nonInteractive();
  for (const id of call.operands) {
    const volume = call.readApp().volumes.find((each) => each.id === id);
    if (volume === undefined) throw new FlyError(`failed destroying volume: not_found: volume ${id} not found`);
    if (!call.flags.bool("yes")) {
      call.err("Deleting a volume is not reversible.\n");
      throw yesRequired();
    }
    if (volume.attachedMachine !== null) {
      throw new FlyError("failed destroying volume: failed_precondition: volume is currently bound to a machine");
    }
    call.updateApp((app) => (app.volumes = app.volumes.filter((each) => each.id !== id)));
    call.out(`Destroyed volume ID: ${id} name: ${volume.name}\n`);
  }
}

const common = { session: true, app: "required" } as const;

export const volumesCommands: readonly CommandSpec[] = [
  {
    path: "volumes list",
    short: "List the volumes associated with an app.",
    aliases: ["ls"],
    flags: [
      ...appFlags,
      { name: "all", type: "bool", usage: "Show all volumes including those in destroyed states" },
      json,
    ],
    args: { kind: "any" },
    ...common,
    mutating: false,
    run: list,
  },
  {
    path: "volumes create",
    operands: "<volume name>",
    short: "Create a new volume for an app.",
    flags: [
      ...appFlags,
      region,
      { name: "size", short: "s", type: "int", default: 1, usage: "The size of volume in gigabytes" },
      yes,
      { name: "count", short: "n", type: "int", default: 1, usage: "The number of volumes to create" },
      json,
    ],
    args: { kind: "exactly", count: 1 },
    ...common,
    mutating: true,
    run: create,
  },
  {
    path: "volumes destroy",
    operands: "<volume id> ... [flags]",
    short: "Destroy one or more volumes.",
    aliases: ["delete", "rm"],
    flags: [...appFlags, yes],
    args: { kind: "any" },
    ...common,
    mutating: true,
    run: destroy,
  },
];
