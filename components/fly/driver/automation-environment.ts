import { mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/**
 * flyctl keeps, by app, the version of the secrets that machines must have. Processes that share a folder lose each
 * other's entries, so each scope has a folder of its own, and it lasts.
 */
export function automationEnvironment(scope: string): Record<string, string> {
  const root =
    process.env["FLY_CONFIG_DIR"] ??
    join(process.env["XDG_STATE_HOME"] ?? join(homedir(), ".local", "state"), "chatwoot-fly");
  const directory = join(root, scope);
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
