import { encodeConfig, type Table } from "./decode.ts";
import type { Service } from "./types.ts";

/** A service in the format of the Machines API, which has other names than fly.toml. */
export interface MachineService {
  readonly protocol?: string;
  readonly internal_port?: number;
  readonly checks?: readonly MachineCheck[];
}

export interface MachineCheck {
  readonly type?: string;
  readonly method?: string;
  readonly path?: string;
  readonly port?: number;
}

export const machineServices = (services: readonly Service[]): readonly MachineService[] =>
  (encodeConfig({ services }).services as Table[]).map(
    ({
      processes: _,
      auto_stop_machines: autostop,
      auto_start_machines: autostart,
      http_checks: http,
      tcp_checks: tcp,
      ...service
    }) => {
      const checks = [
        ...((http as Table[] | undefined) ?? []).map(httpCheck),
        ...((tcp as Table[] | undefined) ?? []).map(tcpCheck),
      ];
      return {
        ...service,
        autostop: autostop ?? false,
        autostart: autostart ?? true,
        ...(checks.length > 0 && { checks }),
        force_instance_key: null,
      };
    },
  );

const tcpCheck = (check: Table): Table => ({ type: "tcp", ...check });

const httpCheck = ({ headers, ...check }: Table): Table => ({
  type: "http",
  ...check,
  ...(headers !== undefined && {
    headers: Object.entries(headers as Table).map(([name, value]) => ({ name, values: [value] })),
  }),
});
