import { stringify } from "smol-toml";
import { versions } from "../../../config/versions.ts";

export interface LogShipperConfigArgs {
  /** Name of the app that the shipper runs in. */
  app: string;
  /** Slug of the organization, which is the user at Fly's stream of logs. */
  organization: string;
  region: string;
  /** The apps whose logs are sent. */
  apps: readonly string[];
  lokiUrl: string;
  lokiUsername: string;
}

/** The process group, of one machine: Fly's stream goes to everybody who listens, so two would send each line twice. */
export const shipperGroup = "shipper";

const settingsPath = "/etc/vector/vector.toml";
const secretsPath = "/run/shipper";
const metricsPort = 9598;

/** Fly's stream of logs, on the private network of every organization. */
const streamUrl = "nats://[fdaa::3]:4223";

/** Lines of one app that may wait in memory while Loki does not answer; newer ones are lost then. */
const waitingLines = 8192;

/** What is known of a line beside its text; dashboards and queries choose by these. */
export const logLabels = {
  event_provider: "event.provider",
  fly_app_name: "fly.app.name",
  fly_app_instance: "fly.app.instance",
  fly_region: "fly.region",
  host: "host",
  level: "log.level",
} as const;

/**
 * Vector's own language: takes the labels out of the envelope that Fly puts around each line. A label that is missing,
 * as the machine of a line of Fly's proxy, stays empty, and Loki leaves it out.
 */
export const labelling = [
  ...Object.entries(logLabels).map(([label, path]) => `.labels.${label} = string(.${path}) ?? ""`),
  `.timestamp = parse_timestamp(string(.timestamp) ?? "", "%+") ?? now()`,
  "if !is_string(.message) { .message = encode_json(.message) }",
].join("\n");

/**
 * Vector's configuration. `SECRET[shipper.NAME]` is replaced by the text of a file before this is read as TOML, so the
 * files hold the secrets as they are written between quotes: see `quoted`.
 */
export function renderVectorConfig({ organization, apps, ...args }: LogShipperConfigArgs): string {
  const source = (app: string): [string, object] => [
    `app_${app}`,
    {
      type: "nats",
      url: streamUrl,
      connection_name: args.app,
      subject: `logs.${app}.>`,
      subscriber_capacity: waitingLines,
      auth: {
        strategy: "user_password",
        user_password: { user: organization, password: "SECRET[shipper.FLY_LOGS_TOKEN]" },
      },
      decoding: { codec: "json" },
    },
  ];
  const sources = Object.fromEntries(apps.map(source));
  return stringify({
    data_dir: "/var/lib/vector",
    secret: { shipper: { type: "directory", path: secretsPath } },
    sources: { ...sources, own_metrics: { type: "internal_metrics" } },
    transforms: { labelled: { type: "remap", inputs: Object.keys(sources), source: labelling } },
    sinks: {
      loki: {
        type: "loki",
        inputs: ["labelled"],
        endpoint: args.lokiUrl,
        auth: { strategy: "basic", user: args.lokiUsername, password: "SECRET[shipper.LOKI_PASSWORD]" },
        encoding: { codec: "text" },
        labels: Object.fromEntries(Object.keys(logLabels).map((label) => [label, `{{ labels.${label} }}`])),
        // Vector would have a fixed beginning in each label. They come from Fly's envelope, not from the apps.
        dangerously_allow_unconfined_template_resolution: true,
      },
      metrics: { type: "prometheus_exporter", inputs: ["own_metrics"], address: `[::]:${metricsPort}` },
    },
  });
}

/** A value as it is written between the quotes of a TOML string. */
export function quoted(value: string): string {
  return JSON.stringify(value).slice(1, -1);
}

/** The secrets that Vector's configuration names, as files that only root reads: it takes none from the environment. */
export const shipperSecrets = ["FLY_LOGS_TOKEN", "LOKI_PASSWORD"] as const;

/** Shell text that starts Vector. */
export const shipperStart = [
  "set -eu",
  "umask 077",
  `mkdir -p ${secretsPath}`,
  ...shipperSecrets.map((name) => `printf %s "$${name}" > ${secretsPath}/${name}`),
  `unset ${shipperSecrets.join(" ")}`,
  `exec vector --config ${settingsPath}`,
].join("; ");

/** fly.toml of the log shipper. Nobody reaches it but Fly's check. */
export function renderLogShipperConfig(args: LogShipperConfigArgs): string {
  const groups = { processes: [shipperGroup] };
  return stringify({
    app: args.app,
    primary_region: args.region,
    // Vector sends what it has before it ends.
    kill_signal: "SIGTERM",
    kill_timeout: "60s",
    build: { image: versions.vectorImage },
    deploy: { strategy: "rolling" },
    // The image would take the command for arguments of Vector's.
    experimental: { entrypoint: ["/bin/sh", "-c"] },
    processes: { [shipperGroup]: `'${shipperStart}'` },
    checks: {
      shipper: {
        ...groups,
        type: "http",
        port: metricsPort,
        path: "/metrics",
        grace_period: "30s",
        interval: "30s",
        timeout: "5s",
      },
    },
    vm: [{ ...groups, size: "shared-cpu-1x", memory: "256mb" }],
    files: [{ guest_path: settingsPath, raw_value: renderVectorConfig(args) }],
    restart: [{ ...groups, policy: "always" }],
  });
}
