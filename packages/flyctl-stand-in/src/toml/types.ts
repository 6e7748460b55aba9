/** The parsed config file, limited to the fields that the stand-in uses; durations are in nanoseconds. */
export interface FlyConfig {
  readonly app?: string;
  readonly primary_region?: string;
  readonly kill_signal?: string;
  readonly kill_timeout?: number;
  readonly swap_size_mb?: number;
  readonly console_command?: string;
  readonly host_dedication_id?: string;
  readonly experimental?: {
    readonly cmd?: readonly string[];
    readonly entrypoint?: readonly string[];
    readonly exec?: readonly string[];
  };
  readonly build?: { readonly image?: string; readonly builder?: string; readonly dockerfile?: string };
  readonly deploy?: DeploySection;
  readonly env?: Readonly<Record<string, string>>;
  readonly processes?: Readonly<Record<string, string>>;
  readonly mounts?: readonly Mount[];
  readonly http_service?: HttpService;
  readonly services?: readonly Service[];
  readonly checks?: Readonly<Record<string, Check & Grouped & { readonly type?: string; readonly port?: number }>>;
  readonly files?: readonly FileEntry[];
  readonly restart?: readonly (Grouped & { readonly policy?: string; readonly retries?: number })[];
  readonly vm?: readonly Compute[];
  readonly metrics?: readonly (Grouped & { readonly port?: number; readonly path?: string })[];
}

export interface Grouped {
  readonly processes?: readonly string[];
}

export interface DeploySection {
  readonly strategy?: string;
  readonly max_unavailable?: number;
  readonly wait_timeout?: number;
  readonly release_command?: string;
  readonly release_command_timeout?: number;
  readonly release_command_vm?: Compute;
}

export interface Compute extends Grouped {
  readonly size?: string;
  readonly memory?: string;
  readonly cpus?: number;
  readonly cpu_kind?: string;
  readonly memory_mb?: number;
}

export interface Mount extends Grouped {
  readonly source?: string;
  readonly destination?: string;
  readonly initial_size?: string;
  readonly snapshot_retention?: number;
  readonly auto_extend_size_threshold?: number;
  readonly auto_extend_size_increment?: string;
  readonly auto_extend_size_limit?: string;
}

export interface Check {
  readonly interval?: number;
  readonly timeout?: number;
  readonly grace_period?: number;
  readonly method?: string;
  readonly path?: string;
}

export interface Serving extends Grouped {
  readonly internal_port?: number;
  readonly auto_stop_machines?: "off" | "stop" | "suspend";
  readonly auto_start_machines?: boolean;
  readonly min_machines_running?: number;
  readonly concurrency?: unknown;
}

export interface HttpService extends Serving {
  readonly force_https?: boolean;
  readonly checks?: readonly Check[];
}

export interface Service extends Serving {
  readonly protocol?: string;
  readonly ports?: readonly { readonly port?: number; readonly handlers?: readonly string[] }[];
  readonly tcp_checks?: readonly Check[];
  readonly http_checks?: readonly Check[];
}

export interface FileEntry extends Grouped {
  readonly guest_path?: string;
  readonly local_path?: string;
  readonly secret_name?: string;
  readonly raw_value?: string;
}
