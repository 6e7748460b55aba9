/**
 * The names of the objects that people, runbooks and other programs know. Everything else is named after its component.
 */
export const objectNames = {
  release: "chatwoot",
  settings: "chatwoot-config",
  secrets: "chatwoot-secrets",
  bootstrap: "chatwoot-bootstrap",
  database: "chatwoot-db",
  databaseCredentials: "chatwoot-db-app",
  backupCredentials: "cnpg-backup-credentials",
  redis: "chatwoot-redis",
  storage: "chatwoot-storage",
  proxy: "oauth2-proxy-chatwoot",
} as const;

/** The host names by which pods of any namespace reach the database's primary, and Redis. */
export function serviceHosts(namespace: string): { database: string; redis: string } {
  return { database: `${objectNames.database}-rw.${namespace}.svc`, redis: `${objectNames.redis}.${namespace}.svc` };
}

/** The labels that select a component's pods. */
export function selectorLabels(component: string): Record<string, string> {
  return { "app.kubernetes.io/name": component, "app.kubernetes.io/part-of": "chatwoot" };
}

/** What a pod is for. Logs and network policies know pods by it; those of the database have `database` by their operator. */
export type PodRole = "web" | "worker" | "preparation" | "redis" | "redis-exporter" | "proxy" | "restore-drill";

export const roleLabel = "app.kubernetes.io/component";

/** The labels of every pod of the program: those that may select it, and its role. A role may be added to living pods. */
export function podLabels(component: string, role: PodRole): Record<string, string> {
  return { ...selectorLabels(component), [roleLabel]: role };
}
