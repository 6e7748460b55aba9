import { z } from "zod";
import type { AppFlyctl } from "../lib/fly/app-flyctl.ts";
import { parseLogs, type LogLine } from "./lines.ts";

/** Fly returns its buffer at once, but flyctl polls forever for an app without logs. */
const limitSeconds = 30;

/** Reads the logs in Fly's buffer. */
export async function readLogs(ask: AppFlyctl, app: string): Promise<LogLine[]> {
  const result = await ask.fly.attempt(["logs", "--app", app, "--no-tail", "--json"], { timeoutSeconds: limitSeconds });
  const lines = parseLogs(result.stdout);
  const waitedForMore = result.failure.startsWith("took longer");
  if (result.ok || waitedForMore) return lines;
  throw ask.failed(["logs"], result);
}

const machines = z
  .array(z.object({ id: z.string(), config: z.object({ metadata: z.record(z.string(), z.string()).nullish() }) }))
  .nullable();

/** The process groups, by machine id. */
export async function readGroups(ask: AppFlyctl): Promise<Map<string, string>> {
  const list = await ask.json(["machine", "list"], machines);
  return new Map((list ?? []).map(({ id, config }) => [id, config.metadata?.["fly_process_group"] ?? ""]));
}
