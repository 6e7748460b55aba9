import { stringify } from "smol-toml";
import { logSecrets } from "../../../lib/log-secrets.ts";

export interface LogShipperConfigArgs {
  /** Name of the app that the shipper runs in. */
  app: string;
  /** Slug of the organization, which is the user name for Fly's log stream. */
  organization: string;
  region: string;
  /** Image of Vector. */
  image: string;
  /** The apps whose logs are sent. */
  apps: readonly string[];
  lokiUrl: string;
  lokiUsername: string;
}

/** The process group, with one machine: Fly sends the stream to every listener, so two would ship each line twice. */
export const shipperGroup = "shipper";

const settingsPath = "/etc/vector/vector.toml";
const secretsPath = "/run/shipper";
const metricsPort = 9598;

/** Fly's log stream, on the private network of every organization. */
const streamUrl = "nats://[fdaa::3]:4223";

/** Lines per app to buffer in memory while Loki does not answer. Newer lines are then lost. */
const waitingLines = 8192;

/** The labels of a line, for dashboards and queries. */
export const logLabels = {
  event_provider: "event.provider",
  fly_app_name: "fly.app.name",
  fly_app_instance: "fly.app.instance",
  fly_region: "fly.region",
  host: "host",
  level: "log.level",
} as const;

/**
 * A program in Vector's language that reads the labels from Fly's envelope around each line, and removes secrets from it. A missing label, such as
 * the machine of a line of Fly's proxy, is empty, and Loki omits it.
 */
export const labelling = [
  ...Object.entries(logLabels).map(([label, path]) => `.labels.${label} = string(.${path}) ?? ""`),
  `.timestamp = parse_timestamp(string(.timestamp) ?? "", "%+") ?? now()`,
  "if !is_string(.message) { .message = encode_json(.message) }",
  ".message = string!(.message)",
  ...logSecrets.map(({ pattern, replacement }) => `.message = replace(.message, r'${pattern}', "${replacement}")`),
].join("\n");

/**
 * Vector's configuration. Vector replaces `SECRET[shipper.NAME]` by the text of a file before it parses the TOML, so
 * the files hold the secrets in quoted form: see `quoted`.
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
        // Vector expects a fixed prefix for label templates. The labels come from Fly's envelope, not from the apps.
        dangerously_allow_unconfined_template_resolution: true,
      },
      metrics: { type: "prometheus_exporter", inputs: ["own_metrics"], address: `[::]:${metricsPort}` },
    },
  });
}

/** A value as the text between the quotes of a TOML string. */
export function quoted(value: string): string {
  return JSON.stringify(value).slice(1, -1);
}

/**
 * The secrets of Vector's configuration, as files that only root can read. Vector reads no secret from the environment.
 */
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

/** fly.toml of the log shipper. Only Fly's check connects to it. */
export function renderLogShipperConfig(args: LogShipperConfigArgs): string {
  const groups = { processes: [shipperGroup] };
  return stringify({
    app: args.app,
    primary_region: args.region,
    // Vector sends its buffer before it exits.
    kill_signal: "SIGTERM",
    kill_timeout: "60s",
    build: { image: args.image },
    deploy: { strategy: "rolling" },
    // Without this, the image would treat the command as arguments of Vector.
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
