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

/** What an object's name must be to be reached as a host: the name of its Service. */
export const databaseHost = `${objectNames.database}-rw`;
export const redisHost = objectNames.redis;

/** The labels that select a component's pods. */
export function selectorLabels(component: string): Record<string, string> {
  return { "app.kubernetes.io/name": component, "app.kubernetes.io/part-of": "chatwoot" };
}
