import type { RecordedName } from "./recorded.ts";
import type { Change } from "./world.ts";

/** A part that is removed from a recorded stack's configuration. */
export interface RemovedPart {
  name: RecordedName;
  part: string;
  change: Change;
  /** The resources that are deleted with it. */
  deletes: string[];
  /** Those of the steps that have a delete command. */
  steps: string[];
  /** The resources that are updated because of it. */
  updates: string[];
  /** The resources without data that a new one replaces. Default: none. */
  renews?: string[];
}

const withoutLogs: Change = ({ settings, secrets }) => {
  delete settings["fly"].logs;
  delete secrets["lokiPassword"];
  delete secrets["flyLogsToken"];
};

const withoutBackup: Change = ({ settings, secrets }) => {
  delete settings["fly"].backup;
  delete secrets["backupAccessKeyId"];
  delete secrets["backupSecretAccessKey"];
};

const withoutHandover: Change = ({ settings }) => delete settings["support"].handover;
const withoutSchedules: Change = ({ settings }) => delete settings["support"].schedules;

const helperApp = (name: string): string[] => [`${name}-app`, `${name}-secrets-staged`];

export const removedParts: RemovedPart[] = [
  {
    name: "everything-on-fly",
    part: "backup",
    change: withoutBackup,
    deletes: [...helperApp("backup"), "backup-machine"],
    steps: ["app"],
    // The log shipper reads the apps of the stack.
    updates: ["logs-deployment-release"],
  },
  {
    name: "everything-on-fly",
    part: "log shipper",
    change: withoutLogs,
    deletes: [...helperApp("logs"), "logs-deployment-release", "logs-deployment-scale"],
    steps: ["app"],
    updates: [],
  },
  {
    name: "everything-on-fly",
    part: "schedules of the pipeline",
    change: withoutSchedules,
    deletes: [...helperApp("pipeline"), "pipeline-check", "pipeline-report"],
    steps: ["app"],
    updates: ["logs-deployment-release"],
  },
  {
    name: "everything-on-fly",
    part: "hand-over",
    change: withoutHandover,
    deletes: ["handover-account", "handover-hotdash-app-secrets", "handover-hotdash-hotdash-staging-STAGING"],
    steps: ["handover", "github"],
    updates: [],
  },
  {
    name: "everything-on-fly",
    part: "domain",
    change: ({ settings }) => (settings["url"] = "https://hotdash-chatwoot.fly.dev"),
    deletes: ["certificate-host"],
    steps: ["certificate"],
    updates: ["deployment-release", "handover-hotdash-app-secrets", "handover-hotdash-hotdash-staging-STAGING"],
  },
  {
    name: "everything-on-kubernetes",
    part: "monitoring",
    change: ({ settings }) => delete settings["kubernetes"].monitoring,
    deletes: [
      "monitoring-chatwoot-db",
      "monitoring-chatwoot-redis-exporter",
      "monitoring-dashboard",
      "monitoring-oauth2-proxy-chatwoot",
      "monitoring-redis-exporter-script",
      "monitoring-redis-exporter-server",
      "monitoring-rules",
      "network-redis-exporter",
    ],
    steps: [],
    updates: ["network-database", "network-proxy", "network-redis"],
  },
  {
    name: "everything-on-kubernetes",
    part: "scaling",
    change: ({ settings }) => delete settings["kubernetes"].scaling,
    deletes: [
      "chatwoot-scaling-keda",
      "chatwoot-scaling-redis-login",
      "chatwoot-scaling-web",
      "chatwoot-scaling-worker",
    ],
    steps: [],
    updates: ["chatwoot-chart:chatwoot/chatwoot-web", "chatwoot-chart:chatwoot/chatwoot-worker"],
  },
  {
    name: "everything-on-kubernetes",
    part: "single sign-on",
    change: ({ settings }) => delete settings["kubernetes"].sso,
    deletes: [
      "monitoring-oauth2-proxy-chatwoot",
      "network-proxy",
      "sso-cookie",
      "sso-cookie-secret",
      "sso-disruption-budget",
      "sso-pages",
      "sso-proxy",
      "sso-secret-external",
      "sso-service",
    ],
    steps: [],
    // One proxy less is before Chatwoot.
    updates: [
      "chatwoot-chart:chatwoot/chatwoot-web",
      "chatwoot-chart:chatwoot/chatwoot-worker",
      "edge-route",
      "monitoring-rules",
      "network-web",
    ],
    renews: ["initializers-files"],
  },
  {
    name: "everything-on-kubernetes",
    part: "restore drill",
    change: ({ settings }) => (settings["kubernetes"].postgres.backup.drill = false),
    deletes: ["account", "binding", "cronjob", "files", "role"].map((name) => `postgres-drill-${name}`),
    steps: [],
    updates: ["monitoring-rules"],
  },
  {
    name: "everything-on-kubernetes",
    part: "schedules of the pipeline",
    change: withoutSchedules,
    deletes: ["network-pipeline", "pipeline-check", "pipeline-program", "pipeline-report", "pipeline-secret"],
    steps: [],
    updates: ["monitoring-rules"],
  },
  {
    name: "everything-on-kubernetes",
    part: "hand-over",
    change: withoutHandover,
    deletes: [
      "handover-account",
      "handover-hotdash-app-secrets",
      "handover-hotdash-chatwoot-handover-secret",
      "handover-hotdash-hotdash-staging-PROD",
    ],
    steps: ["handover", "github"],
    updates: [],
  },
];
