/** The state of the simulated Fly.io: one JSON file, mode 0600, because it contains secret values. */
export interface State {
  readonly format: 1;
  /** Slugs of the account's organizations. The first is the personal one. */
  orgs: string[];
  /** App names that other accounts use; app names are globally unique. */
  otherOrgApps: string[];
  apps: Record<string, App>;
  redis: Record<string, Redis>;
  buckets: Record<string, Bucket>;
}

export interface App {
  id: string;
  name: string;
  org: string;
  network: string;
  createdAt: string;
  deployed: boolean;
  /** Counts every change of a secret; a machine has the secrets of one version. */
  secretsVersion: number;
  secretHistory: SecretChange[];
  machines: Machine[];
  /** The last destroyed machines. */
  destroyed?: Machine[];
  releases: Release[];
  ips: IpAddress[];
  certificates: Certificate[];
  volumes: Volume[];
  logs: LogLine[];
}

export interface SecretChange {
  version: number;
  name: string;
  /** `null` removes the secret. */
  value: string | null;
  at: string;
}

export interface Guest {
  cpu_kind: string;
  cpus: number;
  memory_mb: number;
}

export interface MachineConfig {
  env: Record<string, string>;
  init: { cmd?: readonly string[]; entrypoint?: readonly string[]; exec?: readonly string[]; swap_size_mb?: number };
  guest: Guest;
  metadata: Record<string, string>;
  image: string;
  services?: readonly unknown[];
  checks?: Readonly<Record<string, unknown>>;
  mounts?: {
    path: string;
    name: string;
    volume: string;
    extend_threshold_percent?: number;
    add_size_gb?: number;
    size_gb_limit?: number;
  }[];
  files?: readonly { guest_path: string; raw_value?: string; secret_name?: string }[];
  restart?: { policy: string; max_retries?: number };
  stop_config?: { signal?: string; timeout?: string };
  metrics?: unknown;
  standbys?: readonly string[];
  auto_destroy?: boolean;
  dns?: { skip_registration?: boolean };
  /** `hourly`, `daily`, `weekly` or `monthly`: only `machine run` and `machine update` set it, deployments keep it. */
  schedule?: string;
}

/** The exit event of a process; as in Go's JSON, a status of 0 is omitted. */
export interface ExitEvent {
  exit_code?: number;
  requested_stop?: boolean;
  exited_at: string;
}

export interface Machine {
  id: string;
  name: string;
  state: "created" | "started" | "stopped" | "suspended" | "failed" | "destroyed";
  region: string;
  instance_id: string;
  private_ip: string;
  created_at: string;
  updated_at: string;
  config: MachineConfig;
  checks: { name: string; status: "passing" | "critical" | "warning"; output: string; updated_at: string }[];
  events: { type: string; status: string; source: string; timestamp: number; request?: { exit_event: ExitEvent } }[];
  /** Its services are disabled: the proxy sends it no requests. Only `uncordon` and bluegreen enable them again. */
  cordoned: boolean;
  /** The lease of another client, such as a flyctl that was killed while it created the machine. */
  lease?: { owner: string; nonce: string; expiresAt: string };
  /** The version of the app's secrets at its last launch or update. */
  secretsVersion: number;
  /** The version that flyctl requested from its config folder; `null` if the folder has none. */
  minSecretsVersion: number | null;
}

export type ReleaseStatus = "pending" | "running" | "complete" | "failed" | "interrupted";

export interface Release {
  id: string;
  version: number;
  status: ReleaseStatus;
  description: string;
  imageRef: string;
  createdAt: string;
  strategy: string;
  secretsVersion: number;
  /** The config file as deployed, as JSON. */
  config: Readonly<Record<string, unknown>>;
}

export interface IpAddress {
  id: string;
  address: string;
  type: "v4" | "v6" | "shared_v4" | "private_v6";
  region: string;
  /** The network of a private address. */
  network?: { name: string; org: string };
  createdAt: string;
}

export interface Certificate {
  hostname: string;
  createdAt: string;
  /** A test may set this to true: the DNS records then point at the app, as with an entry in `dns.json`. */
  configured: boolean;
}

export interface Volume {
  id: string;
  name: string;
  region: string;
  sizeGb: number;
  /** Retention of snapshots in days. Default: 5. */
  snapshotRetention?: number;
  encrypted: boolean;
  attachedMachine: string | null;
  createdAt: string;
}

export interface LogLine {
  timestamp: string;
  level: string;
  instance: string;
  region: string;
  message: string;
  /** The source: `app` (default), `runner` or `proxy`. */
  provider?: string;
}

export interface Redis {
  id: string;
  name: string;
  org: string;
  region: string;
  readRegions: string[];
  plan: string;
  eviction: boolean;
  autoUpgrade: boolean;
  prodPack: boolean;
  url: string;
  createdAt: string;
}

export interface Bucket {
  name: string;
  org: string;
  app: string;
  public?: boolean;
  createdAt: string;
}

export const emptyState = (): State => ({
  format: 1,
  orgs: ["personal"],
  otherOrgApps: [],
  apps: {},
  redis: {},
  buckets: {},
});
