import type { Machine, MachineConfig } from "../state/types.ts";

type Check = Machine["checks"][number];

interface ServiceShape {
  readonly internal_port?: number;
  readonly http_checks?: readonly HttpShape[];
  readonly tcp_checks?: readonly unknown[];
}

interface HttpShape {
  readonly method?: string;
  readonly path?: string;
  readonly port?: number;
  readonly type?: string;
}

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
  const services = (config.services ?? []) as readonly ServiceShape[];
  const tops = Object.entries(config.checks ?? {}) as [string, HttpShape][];
  return [
    ...services.flatMap((service, index) => {
      const number = String(index).padStart(2, "0");
      const port = service.internal_port ?? 0;
      return [
        ...(service.http_checks ?? []).map((check) => ({
          name: `servicecheck-${number}-http-${port}`,
          output: ok(check, port),
        })),
        ...(service.tcp_checks ?? []).map(() => ({ name: `servicecheck-${number}-tcp-${port}`, output: "Success" })),
      ];
    }),
    ...tops.map(([name, check]) => ({
      name,
      output: check.type === "http" ? ok(check, check.port ?? 0) : "Success",
    })),
  ];
}

const ok = (check: HttpShape, port: number): string =>
  `HTTP ${(check.method ?? "GET").toUpperCase()} http://172.19.0.2:${port}${check.path ?? "/"}: 200 OK Output: ""`;
