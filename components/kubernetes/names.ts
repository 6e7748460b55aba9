/**
 * The names of the objects that people, runbooks and other programs know. Everything else is named after its component.
 */
export const objectNames = {
  release: "chatwoot",
  settings: "chatwoot-config",
  secrets: "chatwoot-secrets",
  bootstrap: "chatwoot-bootstrap",
  /** Of the database and its password, unless `postgres.name` says otherwise: see `databaseNames`. */
  database: "chatwoot-db",
  databaseCredentials: "chatwoot-db-app",
  backupStore: "chatwoot-db",
  backupCredentials: "cnpg-backup-credentials",
  restoreDrill: "chatwoot-restore-drill",
  /** What looks at the support pipeline: Secret and program, and with the name of the run behind it each CronJob. */
  pipeline: "chatwoot-pipeline",
  redis: "chatwoot-redis",
  storage: "chatwoot-storage",
  proxy: "oauth2-proxy-chatwoot",
  certificate: "chatwoot-tls",
  proxyCookie: "oauth2-proxy-chatwoot-cookie",
} as const;

/** The names of what belongs to one database cluster; the operator gives most of them. */
export function databaseNames(cluster: string) {
  return {
    cluster,
    /** Secret with the password of Chatwoot's role. */
    credentials: `${cluster}-app`,
    /** Secret with the operator's certificate authority: `ca.crt`, and a key that no pod of ours may see. */
    authority: `${cluster}-ca`,
    /** Service of the primary. */
    primary: `${cluster}-rw`,
    /** The throw-away cluster of the restore drill. */
    drill: `${cluster}-drill`,
  };
}

/** The host names by which pods of any namespace reach the database's primary, and Redis. */
export function serviceHosts(
  namespace: string,
  database: string = objectNames.database,
): { database: string; redis: string } {
  return {
    database: `${databaseNames(database).primary}.${namespace}.svc`,
    redis: `${objectNames.redis}.${namespace}.svc`,
  };
}

/** Whether a host name, as pods of the namespace may write it, is one of the database's Services. */
export function isOwnDatabase(host: string, namespace: string, database: string): boolean {
  const [service, at = namespace, ...domain] = host.toLowerCase().split(".");
  const services = ["rw", "ro", "r"].map((kind) => `${database}-${kind}`);
  return at === namespace && services.includes(service as string) && ["", "svc"].includes(domain[0] ?? "");
}

/** The labels that select a component's pods. */
export function selectorLabels(component: string): Record<string, string> {
  return { "app.kubernetes.io/name": component, "app.kubernetes.io/part-of": "chatwoot" };
}

/** What a pod is for. Logs and network policies know pods by it; those of the database have `database` by their operator. */
export type PodRole =
  "web" | "worker" | "preparation" | "redis" | "redis-exporter" | "proxy" | "restore-drill" | "pipeline";

export const roleLabel = "app.kubernetes.io/component";

/** The labels of every pod of the program: those that may select it, and its role. A role may be added to living pods. */
export function podLabels(component: string, role: PodRole): Record<string, string> {
  return { ...selectorLabels(component), [roleLabel]: role };
}
