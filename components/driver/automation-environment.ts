import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/** The folder of everything that must outlive a run on this machine. */
export function stateRoot(): string {
  return (
    process.env["FLY_CONFIG_DIR"] ??
    join(process.env["XDG_STATE_HOME"] ?? join(homedir(), ".local", "state"), "chatwoot-fly")
  );
}

/**
 * Folder of flyctl's configuration for an app, and of files that must outlive a run. flyctl stores the version of the
 * secrets that an app's machines must have. Processes that share a folder overwrite each other's entries, so each scope has
 * its own permanent folder.
 */
export function scopeFolder(scope: string): string {
  return join(stateRoot(), scope);
}

/** Environment without prompts, telemetry and colors. */
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

/**
 * Removes flyctl's own logs, which have the body of every request and answer, secrets included. The folder stays, because
 * another step's flyctl may use it.
 */
export function removeLogs(scope: string): void {
  const folder = join(scopeFolder(scope), "logs");
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder)) rmSync(join(folder, name), { force: true, recursive: true });
}
