import type { Client } from "pg";
import { connectToFacts } from "../../components/support/facts/connection.ts";
import { compareTables, readTables, type SchemaProblem } from "../../components/support/facts/drift.ts";
import { StepProblem } from "../../components/fly/driver/problem.ts";
import { pipelineSource, type PipelineSource } from "./source.ts";

const limits = { statementTimeoutSeconds: 60, lockTimeoutSeconds: 10 };

/** Opens the facts for one command, and closes them behind it. `command` is what a person types to do it again. */
export async function withFacts<T>(
  stack: string | undefined,
  command: string,
  work: (client: Client, source: PipelineSource) => Promise<T>,
): Promise<T> {
  const source = await pipelineSource(stack);
  const client = await connectToFacts(source.url, limits, `npm run ops -- ${command}${source.flags}`);
  try {
    return await work(client, source);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** What differs from the tables that the queries need. */
export async function schemaProblems(client: Client): Promise<SchemaProblem[]> {
  return compareTables(await readTables(client));
}

/** For commands that cannot do without these tables. */
export async function requireTables(client: Client, tables: readonly string[], source: PipelineSource): Promise<void> {
  const problems = (await schemaProblems(client)).filter(({ serious, table }) => serious && tables.includes(table));
  if (problems.length === 0) return;
  throw new StepProblem(
    source.name,
    `its facts cannot be read: ${problems.map(({ table, problem }) => `${table} ${problem}`).join("; ")}`,
    `Bring the tables to what is needed: \`npm run ops -- pipeline migrate${source.flags}\``,
  );
}
