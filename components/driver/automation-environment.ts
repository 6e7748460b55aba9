import { mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/**
 * Where flyctl keeps its configuration for an app, and we keep what must outlive a run. flyctl keeps, by app, the version
 * of the secrets that machines must have. Processes that share a folder lose each other's entries, so each scope has a
 * folder of its own, and it lasts.
 */
export function scopeFolder(scope: string): string {
  const root =
    process.env["FLY_CONFIG_DIR"] ??
    join(process.env["XDG_STATE_HOME"] ?? join(homedir(), ".local", "state"), "chatwoot-fly");
  return join(root, scope);
}

/** The environment in which flyctl asks nothing, tells nobody and colours nothing. */
export function automationEnvironment(scope: string): Record<string, string> {
  const directory = scopeFolder(scope);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  return {
    FLY_CONFIG_DIR: directory,
    FLY_NO_UPDATE_CHECK: "1",
    FLY_SEND_METRICS: "0",
    FLY_SYNTHETICS_AGENT: "0",
    NO_COLOR: "1",
    CI: "1",
  };
}
