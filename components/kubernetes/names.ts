/**
 * The names of objects that operators, runbooks and other programs use. Other objects are named after their component.
 */
export const objectNames = {
  release: "chatwoot",
  settings: "chatwoot-config",
  secrets: "chatwoot-secrets",
  bootstrap: "chatwoot-bootstrap",
  /** Prefix; a hash of the content follows. */
  initializers: "chatwoot-initializers",
  /** Default name of the database and of its password's Secret; `postgres.name` overrides it: see `databaseNames`. */
  database: "chatwoot-db",
  databaseCredentials: "chatwoot-db-app",
  /** Secret with the copied password of an external database, and prefix of the ConfigMap with its authority. */
  databaseLogin: "chatwoot-database",
  databaseAuthority: "chatwoot-database-authority",
  backupStore: "chatwoot-db",
  backupCredentials: "cnpg-backup-credentials",
  restoreDrill: "chatwoot-restore-drill",
  /** Name of the Secret and program of the scheduled pipeline checks; each CronJob appends the name of its run. */
  pipeline: "chatwoot-pipeline",
  redis: "chatwoot-redis",
  /** Secret with the login at an external Redis, and prefix of the ConfigMaps with its authority. */
  redisLogin: "chatwoot-redis-login",
  redisAuthority: "chatwoot-redis-authority",
  storage: "chatwoot-storage",
  proxy: "oauth2-proxy-chatwoot",
  certificate: "chatwoot-tls",
  /** The route of help centers with their own domains. */
  helpCenters: "chatwoot-help",
  proxyCookie: "oauth2-proxy-chatwoot-cookie",
} as const;

/** The names of the objects of one database cluster, most of them set by the operator. */
export function databaseNames(cluster: string) {
  return {
    cluster,
    /** Secret with the password of Chatwoot's role. */
    credentials: `${cluster}-app`,
    /** Secret with the operator's certificate authority: `ca.crt`, and a key that no pod of this stack may see. */
    authority: `${cluster}-ca`,
    /** Service of the primary. */
    primary: `${cluster}-rw`,
    /** The temporary cluster of the restore drill. */
    drill: `${cluster}-drill`,
  };
}

/** The host names of the database's primary and of Redis, for pods of any namespace. */
export function serviceHosts(
  namespace: string,
  database: string = objectNames.database,
): { database: string; redis: string } {
  return {
    database: `${databaseNames(database).primary}.${namespace}.svc`,
    redis: `${objectNames.redis}.${namespace}.svc`,
  };
}

/** Whether a host name, as used by pods of the namespace, is one of the database's Services. */
export function isOwnDatabase(host: string, namespace: string, database: string): boolean {
  const [service, at = namespace, ...domain] = host.toLowerCase().split(".");
  const services = ["rw", "ro", "r"].map((kind) => `${database}-${kind}`);
  return at === namespace && services.includes(service as string) && ["", "svc"].includes(domain[0] ?? "");
}

/** The labels that select a component's pods. */
export function selectorLabels(component: string): Record<string, string> {
  return { "app.kubernetes.io/name": component, "app.kubernetes.io/part-of": "chatwoot" };
}

/** The role of a pod, for logs and network policies. The operator labels database pods with `database`. */
export type PodRole =
  "web" | "worker" | "preparation" | "redis" | "redis-exporter" | "proxy" | "restore-drill" | "pipeline";

export const roleLabel = "app.kubernetes.io/component";

/** The labels of every pod: the selector labels and the role. A role may be added to running pods. */
export function podLabels(component: string, role: PodRole): Record<string, string> {
  return { ...selectorLabels(component), [roleLabel]: role };
}
