import * as ids from "../state/ids.ts";
import type { App, Machine, MachineConfig } from "../state/types.ts";
import { parseImage } from "./image.ts";

interface NewMachine {
  readonly config: MachineConfig;
  readonly region: string;
  readonly start: boolean;
  readonly minSecretsVersion: number | null;
}

/** Adds a machine to an app; it gets the secrets as they are now, staged ones too. */
export function createMachine(app: App, wanted: NewMachine): Machine {
  const now = new Date().toISOString();
  const machine: Machine = {
    id: ids.machineId(),
    name: `sandbox-${app.machines.length + 1}-${ids.machineId().slice(0, 4)}`,
    state: wanted.start ? "started" : "stopped",
    region: wanted.region,
    instance_id: ids.instanceId(),
    private_ip: ids.privateIpv6(),
    created_at: now,
    updated_at: now,
    config: wanted.config,
    checks: checkStatuses(wanted.config, now),
    events: [],
    cordoned: false,
    secretsVersion: app.secretsVersion,
    minSecretsVersion: wanted.minSecretsVersion,
  };
  addEvent(machine, "launch", "created");
  if (wanted.start) addEvent(machine, "start", "started");
  app.machines.push(machine);
  return machine;
}

/** Gives a machine a new config and the present secrets; a stopped one stays stopped. */
export function updateMachine(app: App, machine: Machine, config: MachineConfig, minVersion: number | null): void {
  const now = new Date().toISOString();
  machine.config = config;
  machine.instance_id = ids.instanceId();
  machine.updated_at = now;
  machine.secretsVersion = app.secretsVersion;
  machine.minSecretsVersion = minVersion;
  machine.checks = checkStatuses(config, now);
  addEvent(machine, "update", "replaced");
  if (machine.state === "started") addEvent(machine, "start", "started");
}

export function addEvent(machine: Machine, type: string, status: string): void {
  machine.events.unshift({ type, status, source: type === "launch" ? "user" : "flyd", timestamp: Date.now() });
  machine.events.splice(20);
  machine.updated_at = new Date().toISOString();
}

export function removeMachine(app: App, id: string): void {
  app.machines = app.machines.filter((machine) => machine.id !== id);
  for (const volume of app.volumes) {
    if (volume.attachedMachine === id) volume.attachedMachine = null;
  }
}

/** Every check passes in the sandbox; a fault of the deployment turns them critical. */
function checkStatuses(config: MachineConfig, at: string): Machine["checks"] {
  const passing = (name: string): Machine["checks"][number] => ({
    name,
    status: "passing",
    output: "",
    updated_at: at,
  });
  const services = (config.services ?? []) as {
    internal_port?: number;
    http_checks?: unknown[];
    tcp_checks?: unknown[];
  }[];
  return [
    ...services.flatMap((service, index) => {
      const number = String(index).padStart(2, "0");
      const port = service.internal_port ?? 0;
      return [
        ...(service.http_checks ?? []).map(() => passing(`servicecheck-${number}-http-${port}`)),
        ...(service.tcp_checks ?? []).map(() => passing(`servicecheck-${number}-tcp-${port}`)),
      ];
    }),
    ...Object.keys(config.checks ?? {}).map(passing),
  ];
}

export function failChecks(machine: Machine): void {
  for (const check of machine.checks)
    Object.assign(check, { status: "critical", output: "connect: connection refused" });
}

/** A machine as the Machines API shows it: without the values of secrets. */
export function machineView(machine: Machine): Record<string, unknown> {
  const { secretsVersion: _, minSecretsVersion: __, ...shown } = machine;
  const { registry, repository, tag, digest } = parseImage(machine.config.image) ?? {};
  return {
    ...shown,
    image_ref: { registry, repository, tag, digest },
    version: machine.instance_id,
    host_status: "ok",
  };
}
