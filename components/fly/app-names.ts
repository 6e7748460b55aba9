import type { FlyConfig } from "../../config/schema/fly.ts";
import type { SupportConfig } from "../../config/schema/support.ts";

/*
 * The apps beside Chatwoot's own. Names are one global space on Fly, so each begins with the name of the app that it
 * serves.
 */

/** The app that Redis runs in, where it is the stack's own. */
export function ownRedisApp(app: string, { app: named }: { app?: string | undefined }): string {
  return named ?? `${app}-redis`;
}

/** The app of the machine that dumps the database. */
export function backupApp(app: string): string {
  return `${app}-backup`;
}

/** The app that sends logs on. */
export function logShipperApp(app: string): string {
  return `${app}-logs`;
}

/** The app of the machines that look at the support pipeline. */
export function pipelineApp(app: string): string {
  return `${app}-pipeline`;
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
