import { z } from "zod";
import type { Questions } from "../lib/fly/questions.ts";
import { parseLogs, type LogLine } from "./lines.ts";

/** Fly answers from its buffer at once; for an app that has written nothing flyctl would ask again without end. */
const limitSeconds = 30;

/** What Fly still has of the app's logs. */
export async function readLogs(ask: Questions, app: string): Promise<LogLine[]> {
  const result = await ask.fly.attempt(["logs", "--app", app, "--no-tail", "--json"], { timeoutSeconds: limitSeconds });
  const lines = parseLogs(result.stdout);
  const waitedForMore = result.failure.startsWith("took longer");
  if (result.ok || waitedForMore) return lines;
  throw ask.failed(["logs"], result);
}

const machines = z
  .array(z.object({ id: z.string(), config: z.object({ metadata: z.record(z.string(), z.string()).nullish() }) }))
  .nullable();

/** The process groups of the app's machines, by their ids. */
export async function readGroups(ask: Questions): Promise<Map<string, string>> {
  const list = await ask.json(["machine", "list"], machines);
  return new Map((list ?? []).map(({ id, config }) => [id, config.metadata?.["fly_process_group"] ?? ""]));
}
