/**
 * Settings of the super admin pages that web and worker read only at their start
 * (`InstallationConfig::RESTART_REQUIRED_CONFIG_KEYS` of Chatwoot 4.16).
 */
const readAtStart: ReadonlySet<string> = new Set([
  "CAPTAIN_OPEN_AI_API_KEY",
  "CAPTAIN_OPEN_AI_ENDPOINT",
  "CAPTAIN_OPEN_AI_MODEL",
  "LANGFUSE_BASE_URL",
  "LANGFUSE_PUBLIC_KEY",
  "LANGFUSE_SECRET_KEY",
  "OTEL_PROVIDER",
]);

/** The settings, as text, whose change needs a restart. */
export function settingsReadAtStart(settings: Record<string, string | number | boolean>): Record<string, string> {
  const found = Object.entries(settings).filter(([name]) => readAtStart.has(name));
  return Object.fromEntries(found.map(([name, value]) => [name, String(value)]));
}
