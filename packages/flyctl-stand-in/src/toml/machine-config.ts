import { readFileSync } from "node:fs";
import { formatGoDuration } from "../cli/durations.ts";
import { FlyError } from "../cli/errors.ts";
import { splitWords } from "../cli/shell-words.ts";
import type { Guest, MachineConfig } from "../state/types.ts";
import { machineServices } from "./machine-services.ts";
import { encodeConfig } from "./decode.ts";
import { belongsTo, checksOf, computeFor, servicesOf } from "./groups.ts";
import { guestOf } from "./guest.ts";
import type { FlyConfig } from "./types.ts";

export const releaseGroup = "fly_app_release_command";

/** The metadata that a new release sets on every machine. */
export interface ReleaseStamp {
  readonly id: string;
  readonly version: number;
  readonly image: string;
}

/** The machine config of one process group. A machine without a `[[vm]]` keeps the size it has. */
export function groupMachineConfig(
  config: FlyConfig,
  group: string,
  stamp: ReleaseStamp,
  fallbackGuest: Guest,
): MachineConfig {
  const compute = computeFor(config, group);
  const command = config.processes?.[group] ?? "";
  const words = command === "" ? (config.experimental?.cmd ?? []) : splitWords(command);
  const services = servicesOf(config, group);
  const checks = groupChecks(config, group);
  const restart = (config.restart ?? []).findLast((each) => belongsTo(config, group, each));
  return {
    env: environment(config, group),
    init: initOf(config, words),
    guest: compute === undefined ? { ...fallbackGuest } : guestOf(compute),
    metadata: metadata(group, stamp),
    image: stamp.image,
    ...(services.length > 0 ? { services: machineServices(services) } : {}),
    ...(Object.keys(checks).length > 0 ? { checks } : {}),
    ...stopConfig(config),
    ...filesOf(config),
    ...(restart === undefined ? {} : { restart: restartOf(restart.policy ?? "", restart.retries) }),
  };
}

/** The machine that runs the release command: the whole `[env]`, every file, no services, no volumes. */
export function releaseMachineConfig(config: FlyConfig, stamp: ReleaseStamp, inferred: Guest): MachineConfig {
  const compute = config.deploy?.release_command_vm;
  return {
    env: { ...environment(config, releaseGroup), RELEASE_COMMAND: "1" },
    init: {
      cmd: splitWords(config.deploy?.release_command ?? ""),
      ...(config.experimental?.entrypoint === undefined ? {} : { entrypoint: config.experimental.entrypoint }),
    },
    guest: compute === undefined ? { ...inferred } : guestOf(compute),
    metadata: metadata(releaseGroup, stamp),
    image: stamp.image,
    ...stopConfig(config),
    ...filesOf(config),
    restart: { policy: "no" },
    auto_destroy: true,
    dns: { skip_registration: true },
  };
}

const metadata = (group: string, stamp: ReleaseStamp): Record<string, string> => ({
  fly_platform_version: "v2",
  fly_process_group: group,
  fly_release_id: stamp.id,
  fly_release_version: String(stamp.version),
  fly_flyctl_version: "0.4.87",
});

const environment = (config: FlyConfig, group: string): Record<string, string> => ({
  ...config.env,
  FLY_PROCESS_GROUP: group,
  ...((config.primary_region ?? "") === "" ? {} : { PRIMARY_REGION: config.primary_region ?? "" }),
});

const initOf = (config: FlyConfig, words: readonly string[]): MachineConfig["init"] => ({
  ...(words.length > 0 ? { cmd: words } : {}),
  ...(config.experimental?.entrypoint === undefined ? {} : { entrypoint: config.experimental.entrypoint }),
  ...(config.experimental?.exec === undefined ? {} : { exec: config.experimental.exec }),
  ...(config.swap_size_mb === undefined ? {} : { swap_size_mb: config.swap_size_mb }),
});

function groupChecks(config: FlyConfig, group: string): Readonly<Record<string, unknown>> {
  const own = checksOf(config, group);
  const encoded = (encodeConfig({ checks: config.checks ?? {} }).checks ?? {}) as Record<string, object>;
  const http = config.http_service;
  return Object.fromEntries(
    Object.keys(own).map((name) => {
      const { processes: _, ...check } = encoded[name] as { processes?: unknown; port?: number };
      if (check.port !== undefined) return [name, check];
      if (http === undefined || !belongsTo(config, group, http)) {
        throw new FlyError(
          `Check '${name}' for process group '${group}' has no port set and the group has no http_service to take it from`,
        );
      }
      return [name, { ...check, port: http.internal_port }];
    }),
  );
}

function stopConfig(config: FlyConfig): { stop_config?: { signal?: string; timeout?: string } } {
  if (config.kill_signal === undefined && config.kill_timeout === undefined) return {};
  return {
    stop_config: {
      ...(config.kill_signal === undefined ? {} : { signal: config.kill_signal }),
      ...(config.kill_timeout === undefined ? {} : { timeout: formatGoDuration(config.kill_timeout) }),
    },
  };
}

/** `processes` of a file is read but has no effect: every group and the release machine get the file. */
function filesOf(config: FlyConfig): Pick<MachineConfig, "files"> {
  const files = (config.files ?? []).map((file) => {
    const path = { guest_path: file.guest_path ?? "" };
    if ((file.local_path ?? "") !== "") return { ...path, raw_value: readLocal(file.local_path ?? "") };
    if ((file.secret_name ?? "") !== "") return { ...path, secret_name: file.secret_name ?? "" };
    return { ...path, raw_value: Buffer.from(file.raw_value ?? "").toString("base64") };
  });
  return files.length > 0 ? { files } : {};
}

function readLocal(path: string): string {
  try {
    return readFileSync(path).toString("base64");
  } catch (error) {
    throw new FlyError(`could not read file ${path}: ${(error as Error).message}`);
  }
}

const restartOf = (policy: string, retries: number | undefined): { policy: string; max_retries?: number } => ({
  policy: policy === "never" ? "no" : policy,
  ...(retries === undefined ? {} : { max_retries: retries }),
});
