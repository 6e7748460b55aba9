import * as ids from "../state/ids.ts";
import type { App, Machine, MachineConfig } from "../state/types.ts";
import { checkStatuses, notStarted } from "./checks.ts";
import { parseImage } from "./image.ts";

interface NewMachine {
  readonly config: MachineConfig;
  readonly region: string;
  readonly start: boolean;
  readonly minSecretsVersion: number | null;
  /** Default: a generated name. */
  readonly name?: string;
  /** Without services, as for new machines of bluegreen. */
  readonly cordoned?: boolean;
}

/** Adds a machine to an app with the current secrets, including staged ones. */
export function createMachine(app: App, wanted: NewMachine): Machine {
  const now = new Date().toISOString();
  const id = ids.machineId();
  const machine: Machine = {
    id,
    name: wanted.name ?? `sandbox-machine-${id.slice(0, 4)}`,
    state: wanted.start ? "started" : "stopped",
    region: wanted.region,
    instance_id: ids.instanceId(),
    private_ip: ids.privateIpv6(),
    created_at: now,
    updated_at: now,
    config: wanted.config,
    checks: wanted.start ? checkStatuses(wanted.config, now) : notStarted(wanted.config, now),
    events: [],
    cordoned: wanted.cordoned ?? false,
    secretsVersion: app.secretsVersion,
    minSecretsVersion: wanted.minSecretsVersion,
  };
  addEvent(machine, "launch", "created");
  if (wanted.start) addEvent(machine, "start", "started");
  app.machines.push(machine);
  return machine;
}

/**
 * Applies a new config and the current secrets to a machine. A stopped machine is not started; a suspended one loses its
 * snapshot; a cordon is kept.
 */
export function updateMachine(app: App, machine: Machine, config: MachineConfig, minVersion: number | null): void {
  const now = new Date().toISOString();
  if (machine.state === "failed") machine.state = "started";
  if (machine.state === "suspended") machine.state = "stopped";
  machine.config = config;
  machine.instance_id = ids.instanceId();
  machine.updated_at = now;
  machine.secretsVersion = app.secretsVersion;
  machine.minSecretsVersion = minVersion;
  machine.checks = machine.state === "started" ? checkStatuses(config, now) : notStarted(config, now);
  addEvent(machine, "update", "replaced");
  if (machine.state === "started") addEvent(machine, "start", "started");
}

export function addEvent(
  machine: Machine,
  type: string,
  status: string,
  request?: Machine["events"][number]["request"],
): void {
  const source = type === "launch" ? "user" : "flyd";
  machine.events.unshift({
    type,
    status,
    ...(request === undefined ? {} : { request }),
    source,
    timestamp: Date.now(),
  });
  machine.events.splice(20);
  machine.updated_at = new Date().toISOString();
}

/** Fly returns a destroyed machine by its id for some time, but not in lists. */
const remembered = 5;

export function removeMachine(app: App, id: string): void {
  const gone = app.machines.filter((machine) => machine.id === id);
  app.destroyed = [...(app.destroyed ?? []), ...gone.map((each) => ({ ...each, state: "destroyed" as const }))].slice(
    -remembered,
  );
  app.machines = app.machines.filter((machine) => machine.id !== id);
  for (const volume of app.volumes) {
    if (volume.attachedMachine === id) volume.attachedMachine = null;
  }
}

/** A machine in the format of the Machines API, without the values of secrets. */
export function machineView(machine: Machine): Record<string, unknown> {
  const { secretsVersion: _, minSecretsVersion: __, lease: ___, checks, ...shown } = machine;
  const { registry, repository, tag, digest } = parseImage(machine.config.image) ?? {};
  return {
    ...shown,
    ...(checks.length > 0 && { checks }),
    image_ref: { registry, repository, tag, digest },
    version: machine.instance_id,
    host_status: "ok",
  };
}
