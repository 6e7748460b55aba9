import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { effectiveSecrets } from "./secrets.ts";
import type { Store } from "./store.ts";
import type { App, Machine } from "./types.ts";

/** The sandbox's evidence of one machine start: one line of `machines.jsonl`. */
export interface MachineStart {
  readonly time: string;
  readonly call: number;
  readonly app: string;
  readonly machine: string;
  readonly group: string;
  /** `machine`: created by `machine run`. */
  readonly kind: "release_command" | "process" | "machine";
  readonly release: number;
  readonly image: string;
  readonly entrypoint: readonly string[];
  /** The words of the command; empty for the image's own. */
  readonly command: readonly string[];
  readonly cpuKind: string;
  readonly cpus: number;
  readonly memoryMb: number;
  readonly region: string;
  /** `[env]` and Fly's own variables, overridden by the app's secrets in plaintext. */
  readonly env: Readonly<Record<string, string>>;
  readonly secretNames: readonly string[];
  readonly secretsVersion: number;
  readonly minSecretsVersion: number | null;
  readonly files: Readonly<Record<string, string>>;
  readonly stopSignal: string | null;
  readonly stopTimeout: string | null;
  readonly schedule: string | null;
}

export function recordStart(store: Store, call: number, app: App, machine: Machine, kind: MachineStart["kind"]): void {
  const line = `${JSON.stringify(describeStart(call, app, machine, kind))}\n`;
  appendFileSync(store.path("machines.jsonl"), line, { mode: 0o600 });
}

export function readMachineStarts(folder: string): readonly MachineStart[] {
  const file = `${folder}/machines.jsonl`;
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, "utf8").split("\n");
  return lines.filter((line) => line !== "").map((line) => JSON.parse(line) as MachineStart);
}

export function describeStart(call: number, app: App, machine: Machine, kind: MachineStart["kind"]): MachineStart {
  const { config } = machine;
  const secrets = effectiveSecrets(app, machine.secretsVersion);
  return {
    time: new Date().toISOString(),
    call,
    app: app.name,
    machine: machine.id,
    group: config.metadata.fly_process_group ?? "",
    kind,
    release: Number(config.metadata.fly_release_version ?? 0),
    image: config.image,
    entrypoint: config.init.entrypoint ?? [],
    command: config.init.cmd ?? [],
    cpuKind: config.guest.cpu_kind,
    cpus: config.guest.cpus,
    memoryMb: config.guest.memory_mb,
    region: machine.region,
    env: { ...config.env, ...platformEnv(app, machine), ...secrets },
    secretNames: Object.keys(secrets).sort(),
    secretsVersion: machine.secretsVersion,
    minSecretsVersion: machine.minSecretsVersion,
    files: Object.fromEntries((config.files ?? []).map((file) => [file.guest_path, fileContent(file, secrets)])),
    stopSignal: config.stop_config?.signal ?? null,
    stopTimeout: config.stop_config?.timeout ?? null,
    schedule: config.schedule ?? null,
  };
}

function fileContent(file: { raw_value?: string; secret_name?: string }, secrets: Record<string, string>): string {
  const encoded = file.raw_value ?? secrets[file.secret_name ?? ""] ?? "";
  return Buffer.from(encoded, "base64").toString("utf8");
}

const platformEnv = (app: App, machine: Machine): Record<string, string> => ({
  FLY_APP_NAME: app.name,
  FLY_MACHINE_ID: machine.id,
  FLY_ALLOC_ID: machine.id,
  FLY_REGION: machine.region,
  FLY_IMAGE_REF: machine.config.image,
  FLY_PRIVATE_IP: machine.private_ip,
  FLY_MACHINE_VERSION: machine.instance_id,
  FLY_VM_MEMORY_MB: String(machine.config.guest.memory_mb),
});
