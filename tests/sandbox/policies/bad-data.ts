import type { BadChange, Stack } from "./stacks.ts";

/* Changes that break a rule, written from its one-line promise. */

const web = "chatwoot-web";
const unprotect =
  (kind: string, name?: string): ((s: Stack) => void) =>
  (s) =>
    void (s.resource(kind, name).protect = false);
const image =
  (value: string | undefined): ((s: Stack) => void) =>
  (s) =>
    void (s.container("Deployment", web).image = value);

export const badData: Record<string, BadChange[]> = {
  "exact-image-tags": [
    ["no tag", image("chatwoot/chatwoot")],
    ["latest", image("chatwoot/chatwoot:latest")],
    ["a moving version", image("chatwoot/chatwoot:v4.16")],
    ["a branch", image("chatwoot/chatwoot:develop")],
    ["a channel", image("chatwoot/chatwoot:stable-alpine")],
    ["an invalid digest", image("chatwoot/chatwoot@sha256:abc")],
    ["no image", image(undefined)],
    ["an init container", (s) => (s.pod("StatefulSet").initContainers = [{ name: "i", image: "busybox" }])],
    ["the drill's job", (s) => (s.container("CronJob").image = "chatwoot/chatwoot:4")],
    ["the database", (s) => (s.spec("Cluster").imageName = "ghcr.io/cloudnative-pg/postgresql:17")],
    [
      "a catalog for the database",
      (s) => {
        const spec = s.spec("Cluster");
        delete spec.imageName;
        spec.imageCatalogRef = { name: "c", major: 17 };
      },
    ],
    [
      "the drill's database",
      (s) => {
        const { data } = s.props("ConfigMap", "postgres-drill-files");
        data["cluster.json"] = data["cluster.json"].replace(/"imageName": "[^"]+"/, '"imageName": "postgresql:17"');
      },
    ],
    [
      "a volume of an image",
      (s) => s.pod("Deployment", web).volumes.push({ name: "v", image: { reference: "a/b:edge" } }),
    ],
    [
      "a custom resource",
      (s) => s.add("monitoring.coreos.com/v1", "Prometheus", { spec: { image: "prometheus:main" } }),
    ],
    [
      "Fly's app",
      (s) => s.toml("deployment-release", (t) => t.replace("chatwoot/chatwoot:v4.16.2", "chatwoot/chatwoot:latest")),
      "staging",
    ],
    [
      "Fly builds it",
      (s) => s.toml("deployment-release", (t) => t.replace(/image = "[^"]+"/, 'dockerfile = "Dockerfile"')),
      "staging",
    ],
    [
      "Fly's scheduled machine",
      (s) => (s.step("backup-machine")["STEP_IMAGE"] = "chatwoot/chatwoot:latest"),
      "staging",
    ],
    [
      "Fly's Redis",
      (s) => s.toml("redis-deployment-release", (t) => t.replace(/redis:[\w.-]+"/, 'redis:alpine"')),
      "staging",
    ],
  ],
  "image-digests": [
    ["web", image("chatwoot/chatwoot:v4.16.2")],
    ["Redis", (s) => (s.container("StatefulSet").image = "redis:8.6.4")],
    ["the database", (s) => (s.spec("Cluster").imageName = "postgresql:17.11")],
    ["a short digest", image("chatwoot/chatwoot:v4.16.2@sha256:abc")],
    ["another digest", image(`chatwoot/chatwoot@md5:${"0".repeat(64)}`)],
    ["a job", (s) => (s.container("CronJob").image = "a:1.0.0")],
    ["Fly's app", () => {}, "staging"],
    ["Fly's scheduled machine", (s) => (s.step("backup-machine")["STEP_IMAGE"] = "a:1.0.0"), "staging"],
  ] satisfies BadChange[],
  "protected-data": [
    ["the database", unprotect("Cluster")],
    ["the attachments", unprotect("PersistentVolumeClaim", "storage-claim")],
    ["Redis' claim", unprotect("PersistentVolumeClaim", "redis-claim")],
    ["the namespace", unprotect("Namespace")],
    ["Redis", unprotect("StatefulSet")],
    ["a root key", unprotect("RandomPassword", "secrets-secret-key-base")],
    ["the database's password", unprotect("RandomPassword", "postgres-password")],
    [
      "a root key under another name",
      (s) => {
        const key = s.resource("RandomPassword", "secrets-encryption-primary-key");
        key.name = "primary-key";
        key.protect = false;
      },
    ],
    [
      "claims that the StatefulSet makes",
      (s) => {
        const set = s.resource("StatefulSet");
        set.protect = false;
        set.props["spec"].volumeClaimTemplates = [{}];
        set.props["spec"].template.spec.volumes = [];
      },
    ],
    [
      "claims that go with the StatefulSet",
      (s) => (s.spec("StatefulSet").persistentVolumeClaimRetentionPolicy = { whenDeleted: "Delete" }),
    ],
    ["a database that goes with its object", (s) => (s.spec("Database").databaseReclaimPolicy = "delete")],
    ["the default of the database", (s) => delete s.spec("Database").databaseReclaimPolicy],
    [
      "credentials that go with the store",
      (s) => (s.spec("ExternalSecret").target.deletionPolicy = "Delete"),
      "largest",
    ],
    ["Fly's app", unprotect("Command", "fly-app"), "staging"],
    ["Fly's Redis", unprotect("Command", "redis-app"), "staging"],
  ],
  "backups-on": [
    ["none", (s) => delete s.spec("Cluster").plugins],
    ["no archive of the WAL", (s) => (s.spec("Cluster").plugins[0].isWALArchiver = false)],
    ["a plugin that is off", (s) => (s.spec("Cluster").plugins[0].enabled = false)],
    ["another store", (s) => (s.spec("Cluster").plugins[0].parameters.barmanObjectName = "other")],
    ["no store", (s) => s.remove("ObjectStore")],
    ["a store without TLS", (s) => (s.spec("ObjectStore").configuration.endpointURL = "http://minio:9000")],
    ["a store without a bucket", (s) => delete s.spec("ObjectStore").configuration.destinationPath],
    ["no retention", (s) => delete s.spec("ObjectStore").retentionPolicy],
    ["a day of retention", (s) => (s.spec("ObjectStore").retentionPolicy = "1d")],
    ["no schedule", (s) => s.remove("ScheduledBackup")],
    ["suspended", (s) => (s.spec("ScheduledBackup").suspend = true)],
    ["once a year", (s) => (s.spec("ScheduledBackup").schedule = "0 0 3 1 1 *")],
    ["of another cluster", (s) => (s.spec("ScheduledBackup").cluster.name = "other")],
    ["without the plugin", (s) => (s.spec("ScheduledBackup").method = "volumeSnapshot")],
  ],
  "connection-budget": [
    ["fewer connections", (s) => (s.spec("Cluster").postgresql.parameters.max_connections = "20")],
    ["more threads", (s) => (s.props("ConfigMap", "environment-settings-copy")["data"].RAILS_MAX_THREADS = "64")],
    ["more jobs", (s) => (s.props("ConfigMap", "environment-settings-copy")["data"].SIDEKIQ_CONCURRENCY = "100")],
    [
      "threads of one container",
      (s) => s.container("Deployment", web).env.push({ name: "RAILS_MAX_THREADS", value: "100" }),
    ],
    ["more processes", (s) => (s.props("ConfigMap", "environment-settings-copy")["data"].WEB_CONCURRENCY = "20")],
    ["more pods", (s) => (s.spec("Deployment", web).replicas = 40)],
    ["a higher maximum", (s) => (s.spec("HorizontalPodAutoscaler").maxReplicas = 60), "largest"],
    ["more workers", (s) => (s.spec("ScaledObject", "chatwoot-worker").maxReplicaCount = 50), "largest"],
    [
      "the operator's default of 100 pods",
      (s) => delete s.spec("ScaledObject", "chatwoot-worker").maxReplicaCount,
      "largest",
    ],
    ["a limit of the database", (s) => (s.spec("Database").connectionLimit = 10)],
  ],
};
