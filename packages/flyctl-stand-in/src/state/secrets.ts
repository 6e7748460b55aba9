import { createHash } from "node:crypto";
import type { App } from "./types.ts";

/** The secrets at one version. A machine keeps those of its last launch or update. */
export function effectiveSecrets(app: App, version: number = app.secretsVersion): Record<string, string> {
  const secrets: Record<string, string> = {};
  for (const change of app.secretHistory) {
    if (change.version > version) break;
    if (change.value === null) delete secrets[change.name];
    else secrets[change.name] = change.value;
  }
  return secrets;
}

/** Stores values and removals as one new version, and returns it. Removing a missing secret is allowed. */
export function changeSecrets(app: App, changes: Readonly<Record<string, string | null>>): number {
  app.secretsVersion += 1;
  const at = new Date().toISOString();
  for (const [name, value] of Object.entries(changes)) {
    app.secretHistory.push({ version: app.secretsVersion, name, value, at });
  }
  return app.secretsVersion;
}

/** The version in which a secret got its current value. */
export const changedIn = (app: App, name: string): number =>
  app.secretHistory.findLast((change) => change.name === name)?.version ?? 0;

/** The digest in `secrets list`, which changes with the value. */
export const digestOf = (app: App, value: string): string =>
  createHash("sha256").update(`${app.id}\0${value}`).digest("hex").slice(0, 16);
