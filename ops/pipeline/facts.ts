import type { Client } from "pg";
import { StepProblem } from "../../lib/problem.ts";
import { connectToFacts } from "../../components/chatwoot/facts/connection.ts";
import { compareTables, readTables, type SchemaProblem } from "../../components/chatwoot/facts/drift.ts";
import type { SupportTargets } from "../../config/schema/support.ts";

const limits = { statementTimeoutSeconds: 60, lockTimeoutSeconds: 10 };

/** The database of a pipeline's facts, and the targets. */
export interface Facts {
  /** Name in reports: the stack, or the database. */
  name: string;
  /** URL with a password: never print it. */
  url: string;
  targets: SupportTargets;
  /** Flags that select the same pipeline: ` --stack staging`. */
  flags: string;
}

/** Opens a connection for one command. `command` is named in fixes. */
export async function openFacts<T>(facts: Facts, command: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = await connectToFacts(facts.url, limits, `npm run ops -- ${command}${facts.flags}`);
  try {
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}

export async function schemaProblems(client: Client): Promise<SchemaProblem[]> {
  return compareTables(await readTables(client));
}

/** Throws if these tables cannot be queried. */
export async function requireTables(client: Client, tables: readonly string[], { name, flags }: Facts): Promise<void> {
  const problems = (await schemaProblems(client)).filter(({ serious, table }) => serious && tables.includes(table));
  if (problems.length === 0) return;
  throw new StepProblem(
    name,
    `the facts cannot be read: ${problems.map(({ table, problem }) => `${table} ${problem}`).join("; ")}`,
    `Migrate the tables: \`npm run ops -- pipeline migrate${flags}\``,
  );
}
