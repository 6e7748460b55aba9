/** The schema of fly.toml: keys and their types. */
export type Shape =
  | { readonly kind: "string" | "number" | "integer" | "bool" | "duration" | "autostop" | "anything" }
  | { readonly kind: "list"; readonly of: Shape }
  | { readonly kind: "map"; readonly of: Shape }
  | {
      readonly kind: "object";
      readonly fields: Readonly<Record<string, Shape>>;
      readonly unlisted?: readonly string[];
    };

const string: Shape = { kind: "string" };
const number: Shape = { kind: "number" };
const integer: Shape = { kind: "integer" };
const bool: Shape = { kind: "bool" };
const duration: Shape = { kind: "duration" };
const autostop: Shape = { kind: "autostop" };
const anything: Shape = { kind: "anything" };
const list = (of: Shape): Shape => ({ kind: "list", of });
const map = (of: Shape): Shape => ({ kind: "map", of });
/** `unlisted`: keys that work but that `--strict` still reports, as the real flyctl does. */
const object = (fields: Record<string, Shape>, unlisted?: readonly string[]): Shape =>
  unlisted === undefined ? { kind: "object", fields } : { kind: "object", fields, unlisted };

const strings = list(string);

const guest = {
  cpu_kind: string,
  cpus: integer,
  memory_mb: integer,
  max_memory_mb: integer,
  host_dedication_id: string,
};
const compute = object({ size: string, memory: string, processes: strings, kernel_args: strings, ...guest });
const concurrency = object({ type: string, hard_limit: integer, soft_limit: integer });
const http = {
  method: string,
  path: string,
  protocol: string,
  tls_skip_verify: bool,
  tls_server_name: string,
  headers: map(string),
};
const timing = { interval: duration, timeout: duration, grace_period: duration };
const httpCheck = object({ ...timing, ...http });
const machineCheck = object({
  command: strings,
  image: string,
  entrypoint: strings,
  kill_signal: string,
  kill_timeout: duration,
});
const tlsOptions = object({ alpn: strings, versions: strings, default_self_signed: bool });
const httpOptions = object({
  compress: bool,
  response: object({ headers: map(anything), pristine: bool }),
  h2_backend: bool,
  idle_timeout: integer,
  headers_read_timeout: integer,
  replay_cache: list(anything),
});
const port = object({
  port: integer,
  start_port: integer,
  end_port: integer,
  handlers: strings,
  force_https: bool,
  tls_options: tlsOptions,
  http_options: httpOptions,
  proxy_proto_options: object({ version: string }),
});
const serving = {
  internal_port: integer,
  auto_stop_machines: autostop,
  auto_start_machines: bool,
  min_machines_running: integer,
  processes: strings,
  concurrency,
  machine_checks: list(machineCheck),
};

export const configShape = object({
  app: string,
  primary_region: string,
  kill_signal: string,
  kill_timeout: duration,
  swap_size_mb: integer,
  console_command: string,
  experimental: object({
    cmd: strings,
    entrypoint: strings,
    exec: strings,
    auto_rollback: bool,
    enable_consul: bool,
    enable_etcd: bool,
    lazy_load_images: bool,
    attached: object({ secrets: object({ export: map(string) }) }),
    machine_config: string,
  }),
  build: object({
    builder: string,
    args: map(string),
    buildpacks: strings,
    image: string,
    settings: map(anything),
    builtin: string,
    dockerfile: string,
    ignorefile: string,
    "build-target": string,
    compose: object({ file: string }),
    compression: string,
    compression_level: integer,
  }),
  deploy: object({
    strategy: string,
    max_unavailable: number,
    wait_timeout: duration,
    release_command: string,
    release_command_timeout: duration,
    release_command_vm: compute,
    seed_command: string,
  }),
  env: map(string),
  processes: map(string),
  mounts: list(
    object({
      source: string,
      destination: string,
      initial_size: string,
      snapshot_retention: integer,
      scheduled_snapshots: bool,
      auto_extend_size_threshold: integer,
      auto_extend_size_increment: string,
      auto_extend_size_limit: string,
      processes: strings,
    }),
  ),
  http_service: object({
    ...serving,
    force_https: bool,
    tls_options: tlsOptions,
    http_options: httpOptions,
    checks: list(httpCheck),
  }),
  services: list(
    object({
      ...serving,
      protocol: string,
      ports: list(port),
      tcp_checks: list(object(timing)),
      http_checks: list(httpCheck),
    }),
  ),
  checks: map(object({ port: integer, type: string, ...timing, ...http, processes: strings })),
  files: list(
    object({ guest_path: string, local_path: string, secret_name: string, raw_value: string, processes: strings }),
  ),
  host_dedication_id: string,
  machine_config: string,
  container: string,
  machine_checks: list(machineCheck),
  restart: list(object({ policy: string, retries: integer, processes: strings })),
  vm: list(compute),
  statics: list(object({ guest_path: string, url_prefix: string, tigris_bucket: string, index_document: string })),
  metrics: list(object({ processes: strings, port: integer, path: string, https: bool }, ["port", "path", "https"])),
});
