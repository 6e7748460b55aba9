import type { Client } from "pg";
import { StepProblem } from "../../lib/problem.ts";
import { connectToFacts } from "../../components/chatwoot/facts/connection.ts";
import { compareTables, readTables, type SchemaProblem } from "../../components/chatwoot/facts/drift.ts";
import type { SupportTargets } from "../../config/schema/support.ts";

const limits = { statementTimeoutSeconds: 60, lockTimeoutSeconds: 10 };

/** A pipeline's facts: where they are, and what they are measured against. */
export interface Facts {
  /** Named in reports: the stack, or what stands for it. */
  name: string;
  /** Address of the database: never print it. */
  url: string;
  targets: SupportTargets;
  /** What a command is started with to mean the same place again, after its name: ` --stack staging`. */
  flags: string;
}

/** Opens the facts for one command, and closes them behind it. `command` is what a person types to do it again. */
export async function openFacts<T>(facts: Facts, command: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = await connectToFacts(facts.url, limits, `npm run ops -- ${command}${facts.flags}`);
  try {
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** What differs from the tables that the queries need. */
export async function schemaProblems(client: Client): Promise<SchemaProblem[]> {
  return compareTables(await readTables(client));
}

/** For commands that cannot do without these tables. */
export async function requireTables(client: Client, tables: readonly string[], { name, flags }: Facts): Promise<void> {
  const problems = (await schemaProblems(client)).filter(({ serious, table }) => serious && tables.includes(table));
  if (problems.length === 0) return;
  throw new StepProblem(
    name,
    `its facts cannot be read: ${problems.map(({ table, problem }) => `${table} ${problem}`).join("; ")}`,
    `Bring the tables to what is needed: \`npm run ops -- pipeline migrate${flags}\``,
  );
}
