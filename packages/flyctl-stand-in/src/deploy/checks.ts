import type { Machine, MachineConfig } from "../state/types.ts";
import type { MachineCheck, MachineService } from "../toml/machine-services.ts";

type Check = Machine["checks"][number];

/** The health checks of a running machine. In the sandbox they pass unless a fault is set. */
export const checkStatuses = (config: MachineConfig, at: string): Check[] =>
  probes(config).map(({ name, output }) => ({ name, status: "passing", output, updated_at: at }));

/** The health checks of a machine that is not running. */
export const notStarted = (config: MachineConfig, at: string): Check[] =>
  probes(config).map(({ name }) => ({
    name,
    status: "warning",
    output: "the machine hasn't started",
    updated_at: at,
  }));

export function failChecks(machine: Machine, output = "connect: connection refused"): void {
  for (const check of machine.checks) Object.assign(check, { status: "critical", output });
}

interface Probe {
  readonly name: string;
  /** The output of a passing check. */
  readonly output: string;
}

function probes(config: MachineConfig): readonly Probe[] {
  const services = (config.services ?? []) as readonly MachineService[];
  const tops = Object.entries(config.checks ?? {}) as [string, MachineCheck][];
  return [
    ...services.flatMap((service, index) => {
      const number = String(index).padStart(2, "0");
      const port = service.internal_port ?? 0;
      return (service.checks ?? []).map((check) => ({
        name: `servicecheck-${number}-${check.type}-${port}`,
        output: check.type === "http" ? ok(check, port) : "Success",
      }));
    }),
    ...tops.map(([name, check]) => ({
      name,
      output: check.type === "http" ? ok(check, check.port ?? 0) : "Success",
    })),
  ];
}

const ok = (check: MachineCheck, port: number): string =>
  `HTTP ${(check.method ?? "GET").toUpperCase()} http://172.19.0.2:${port}${check.path ?? "/"}: 200 OK Output: ""`;
