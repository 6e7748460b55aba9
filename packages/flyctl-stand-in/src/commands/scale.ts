import type { Call } from "../cli/call.ts";
import { FlyError, nonInteractive } from "../cli/errors.ts";
import { appFlags, env, json, processGroup, region, vmSize, yes } from "../cli/flags.ts";
import { table } from "../cli/output.ts";
import type { CommandSpec } from "../cli/spec.ts";
import { createMachine, removeMachine, updateMachine } from "../deploy/machines.ts";
import { groupOf, managed } from "../deploy/plan.ts";
import { begin } from "../deploy/process.ts";
import { changesByRegion, checkGroups, parseCounts } from "../deploy/scale-plan.ts";
import { attachVolume } from "../deploy/volumes.ts";
import type { App, Guest, Machine } from "../state/types.ts";
import { computeFor, defaultGroup, processNames } from "../toml/groups.ts";
import { checkGuest, defaultSize, guestOf, guestOfSize, parseMemory, sizeOf } from "../toml/guest.ts";
import { groupMachineConfig } from "../toml/machine-config.ts";
import type { FlyConfig } from "../toml/types.ts";
import { remoteConfig } from "./config.ts";
import { guestFromFlags } from "./deploy-flags.ts";
import { keyValues } from "./key-values.ts";

const machinesOf = (app: App, group: string): readonly Machine[] =>
  managed(app.machines).filter((machine) => groupOf(machine) === group);

/** Reads the config at Fly, never the local file; needs a release. Waits for nothing. */
function count(call: Call): void {
  const { config } = remoteConfig(call);
  const flag = call.flags.string("process-group");
  const counts = parseCounts(call.operands, flag === "" ? "app" : flag);
  checkGroups(counts, processNames(config));
  const app = call.readApp();
  const steps = counts.flatMap((wanted) => {
    const present = Map.groupBy(machinesOf(app, wanted.group), ({ region }) => region);
    const existing = Object.fromEntries([...present].map(([region, { length }]) => [region, length]));
    return changesByRegion(wanted, existing, regionsOf(call, app, config)).map(([region, change]) => ({
      group: wanted.group,
      region,
      change,
    }));
  });
  if (steps.length === 0) return call.out("App already scaled to desired state. No need for changes\n");
  call.out(`App '${app.name}' is going to be scaled according to this plan:\n`);
  for (const { group, region, change } of steps) {
    const sign = change > 0 ? `+${change}` : String(change);
    call.out(
      `${sign.padStart(4)} machines for group '${group}' on region '${region}' of size '${sizeIn(app, config, group)}'\n`,
    );
  }
  if (!call.flags.bool("yes")) throw nonInteractive("--yes flag must be specified when not running interactively");
  call.out("Executing scale plan\n");
  for (const { group, region, change } of steps) {
    for (let made = 0; made < change; made += 1) addOne(call, config, group, region);
    if (change < 0) removeFirst(call, group, region, -change);
  }
}

/** The size of a group's machines, or of its first one. */
function sizeIn(app: App, config: FlyConfig, group: string): string {
  const compute = computeFor(config, group);
  const fallback = compute === undefined ? guestOfSize(defaultSize) : guestOf(compute);
  return sizeOf(machinesOf(app, group)[0]?.config.guest ?? fallback);
}

/** The regions of `--region`, otherwise those of the app's machines: another primary region moves nothing. */
function regionsOf(call: Call, app: App, config: FlyConfig): string[] {
  if (call.region !== "") return call.region.split(",");
  const present = [...new Set(managed(app.machines).map(({ region }) => region))];
  return present.length === 0 ? [config.primary_region ?? ""] : present;
}

/** A new machine is a copy of the group's first one; an empty group takes the last release's image, even a failed one's. */
function addOne(call: Call, config: FlyConfig, group: string, region: string): void {
  const machine = call.updateApp((app) => {
    const release = app.releases.at(-1);
    const stamp = { id: release?.id ?? "", version: release?.version ?? 0, image: release?.imageRef ?? "" };
    const first = machinesOf(app, group)[0];
    const copied = first?.config ?? groupMachineConfig(config, group, stamp, guestFromFlags(call));
    const { standbys: _, ...wanted } = structuredClone(copied);
    delete wanted.env.FLY_STANDBY_FOR;
    Object.assign(wanted.env, keyValues(call.flags.strings("env")));
    checkGuest(wanted.guest);
    const made = createMachine(app, {
      config: wanted,
      region,
      start: true,
      minSecretsVersion: call.configFolder.minimumSecretsVersion(app.name),
    });
    attachVolume(app, made);
    begin(call, app, made);
    return made;
  });
  call.out(`  Created ${machine.id} group:${group} region:${machine.region} size:${sizeOf(machine.config.guest)}\n`);
}

/** The first machines of the region are removed, running or not, so only a stopped standby may remain. */
function removeFirst(call: Call, group: string, region: string, number: number): void {
  const gone = machinesOf(call.readApp(), group)
    .filter((machine) => machine.region === region)
    .slice(0, number);
  for (const machine of gone) {
    call.updateApp((app) => removeMachine(app, machine.id));
    call.out(
      `  Destroyed ${machine.id} group:${group} region:${machine.region} size:${sizeOf(machine.config.guest)}\n`,
    );
  }
}

function show(call: Call): void {
  const machines = managed(call.readApp().machines);
  const names = [...new Set(machines.map(groupOf))].sort();
  const rows = names.map((name) => {
    const group = machines.filter((machine) => groupOf(machine) === name);
    const guest = group[0]?.config.guest ?? guestOfSize("shared-cpu-1x");
    const regions: Record<string, number> = {};
    for (const machine of group) regions[machine.region] = (regions[machine.region] ?? 0) + 1;
    return {
      Process: name,
      Count: group.length,
      CPUKind: guest.cpu_kind,
      CPUs: guest.cpus,
      Memory: guest.memory_mb,
      Regions: regions,
    };
  });
  if (call.json) return call.printJson(rows);
  call.out(`VM Resources for app: ${call.appName}\n\n`);
  const cells = rows.map((row) => [
    row.Process,
    String(row.Count),
    row.CPUKind,
    String(row.CPUs),
    `${row.Memory} MB`,
    Object.keys(row.Regions).join(","),
  ]);
  call.out(table("Groups", cells, ["Name", "Count", "Kind", "CPUs", "Memory", "Regions"]));
}

/** Changes the size of a group's machines. A `[[vm]]` in the config undoes it at the next deployment. */
function resize(call: Call, size: string, memoryMb: number): void {
  if (size !== "") guestOfSize(size);
  const { config } = remoteConfig(call);
  const names = processNames(config);
  let group = call.flags.string("process-group");
  if (group === "" && names.length > 1) {
    throw new FlyError(
      `scaling an app with multiple process groups requires specifying a group with '--process-group <name>'\n * this app has the following process groups: [${names.map((name) => `'${name}'`).join(", ")}]`,
    );
  }
  if (group === "") group = defaultGroup(config);
  const machines = machinesOf(call.readApp(), group);
  if (machines.length === 0) {
    throw new FlyError(`No active machines in process group '${group}', check \`fly status\` output`);
  }
  if (memoryMb % memoryStep !== 0) throw badMemory(memoryMb);
  for (const { id } of machines) {
    call.out(`Updating machine ${id}\n`);
    call.updateApp((app) => {
      const machine = app.machines.find((each) => each.id === id);
      if (machine === undefined) return;
      const guest = size === "" ? { ...machine.config.guest } : guestOfSize(size);
      if (memoryMb > 0) guest.memory_mb = memoryMb;
      checkGuest(guest);
      const minimum = call.configFolder.minimumSecretsVersion(app.name);
      updateMachine(app, machine, { ...machine.config, guest }, minimum);
      begin(call, app, machine);
    });
    call.out(`No health checks found\nMachine ${id} updated successfully!\n`);
  }
  const guest = machinesOf(call.readApp(), group)[0]?.config.guest ?? guestOfSize("shared-cpu-1x");
  call.out(`Scaled VM Type for '${group}' to '${sizeOf(guest)}'\n`);
  call.out(`${"CPU Cores".padStart(15)}: ${guest.cpus}\n${"Memory".padStart(15)}: ${guest.memory_mb} MB\n`);
  warnAboutFile(call, config, group, guest);
}

const memoryStep = 256;

/** flyctl's own refusal, before a request. */
const badMemory = (megabytes: number): FlyError => {
  const valid = Math.max(memoryStep, megabytes - (megabytes % memoryStep));
  return new FlyError("invalid memory size", {
    description: `${megabytes}MiB of memory is not valid`,
    suggestion: `Memory size must be in a ${memoryStep} MiB increment (${valid}MiB would work)\n\nView more information at  https://fly.io/docs/machines/guides-examples/machine-sizing/`,
  });
};

/** The next deployment takes the size of the `[[vm]]` again. */
function warnAboutFile(call: Call, config: FlyConfig, group: string, now: Guest): void {
  const compute = computeFor(config, group);
  if (compute === undefined) return;
  const [sized, filed] = [now, guestOf(compute)].map((guest) => `size=${sizeOf(guest)} memory=${guest.memory_mb}MB`);
  if (sized === filed) return;
  call.err("\n! Your fly.toml has a [[vm]] section with different settings than what was just applied.\n");
  call.err(`  Machines now: ${sized}\n  fly.toml:     ${filed}\n`);
  call.err("The next fly deploy will override these changes with the fly.toml values.\n");
  call.err("Update the [[vm]] section in fly.toml to make your changes permanent.\n");
}

const common = { session: true, app: "required", mutating: true } as const;
const one = { kind: "exactly", count: 1 } as const;

export const scaleCommands: readonly CommandSpec[] = [
  {
    path: "scale count",
    operands: "[count]",
    short: "Change an app's VM count to the given value",
    flags: [...appFlags, yes, processGroup, region, ...vmSize, env],
    args: { kind: "atLeast", count: 1 },
    ...common,
    run: count,
  },
  {
    path: "scale show",
    short: "Show current resources",
    flags: [...appFlags, json],
    args: { kind: "none" },
    ...common,
    mutating: false,
    run: show,
  },
  {
    path: "scale vm",
    operands: "[size]",
    short: "Change an app's VM to a named size",
    flags: [
      ...appFlags,
      { name: "vm-memory", type: "int", aliases: ["memory"], usage: "Memory in MB for the VM" },
      processGroup,
    ],
    args: one,
    ...common,
    run: (call) => resize(call, call.operands[0] ?? "", call.flags.number("vm-memory")),
  },
  {
    path: "scale memory",
    operands: "[memoryMB]",
    short: "Set VM memory",
    flags: [...appFlags, processGroup],
    args: one,
    ...common,
    run: (call) => resize(call, "", parseMemory(call.operands[0] ?? "")),
  },
];
