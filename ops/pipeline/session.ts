import type { Client } from "pg";
import { openFacts } from "./facts.ts";
import { pipelineSource, type PipelineSource } from "./source.ts";

/** Opens the facts of a stack or of DATABASE_URL for one command. */
export async function withFacts<T>(
  stack: string | undefined,
  command: string,
  work: (client: Client, source: PipelineSource) => Promise<T>,
): Promise<T> {
  const source = await pipelineSource(stack);
  return await openFacts(source, command, (client) => work(client, source));
}
