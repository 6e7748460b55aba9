import type { FlyConfig } from "../../config/schema/fly.ts";
import type { SupportConfig } from "../../config/schema/support.ts";
import { fingerprintKey as backupKey } from "../driver/backup-machine.ts";
import { fingerprintKey as pipelineKey } from "../driver/pipeline-machine.ts";

/*
 * The stack's apps besides Chatwoot's. App names are unique on all of Fly, so each starts with the name of Chatwoot's
 * app.
 */

/** The app of the stack's own Redis. */
export function ownRedisApp(app: string, { app: named }: { app?: string | undefined }): string {
  return named ?? `${app}-redis`;
}

/** The app of the machine that dumps the database. */
export function backupApp(app: string): string {
  return `${app}-backup`;
}

/** The app that ships logs to Loki. */
export function logShipperApp(app: string): string {
  return `${app}-logs`;
}

/** The app of the machines that check the support pipeline. */
export function pipelineApp(app: string): string {
  return `${app}-pipeline`;
}

/** The apps of a stack that have releases, Chatwoot's first. */
export function releasedApps({ app, redis, logs }: FlyConfig["fly"]): string[] {
  return [
    app,
    ...(redis.kind === "own" ? [ownRedisApp(app, redis)] : []),
    ...(logs === undefined ? [] : [logShipperApp(app)]),
  ];
}

/** The apps of a stack with machines that Fly starts on a schedule. */
export function scheduledApps({ app, backup }: FlyConfig["fly"], support?: SupportConfig): ScheduledApp[] {
  return [
    ...(backup === undefined ? [] : [{ app: backupApp(app), key: backupKey }]),
    ...(support?.schedules.runner === "stack" ? [{ app: pipelineApp(app), key: pipelineKey }] : []),
  ];
}

/** An app, and the metadata key of its machines' fingerprints. */
interface ScheduledApp {
  app: string;
  key: string;
}

/** Every app of a stack, Chatwoot's first. */
export function appsOf({ app, redis, backup, logs }: FlyConfig["fly"], support?: SupportConfig): string[] {
  return [
    app,
    ...(redis.kind === "own" ? [ownRedisApp(app, redis)] : []),
    ...(backup === undefined ? [] : [backupApp(app)]),
    ...(logs === undefined ? [] : [logShipperApp(app)]),
    ...(support?.schedules.runner === "stack" ? [pipelineApp(app)] : []),
  ];
}
