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
