import type { App, Machine } from "./types.ts";

const keptLines = 1000;

/** Adds a line to `fly logs`. */
export function logLine(app: App, machine: Machine, provider: string, message: string): void {
  const timestamp = new Date().toISOString();
  app.logs.push({ timestamp, level: "info", instance: machine.id, region: machine.region, message, provider });
  app.logs.splice(0, app.logs.length - keptLines);
}
