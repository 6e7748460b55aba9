import { input, secretsInput, wholeInput } from "../inputs.ts";
import type { Step } from "./step.ts";

/** Migrates the tables of the facts. */
export const facts: Step = {
  async converge() {
    // Loaded here, because the other steps do not need the database client.
    const { connectToFacts } = await import("../../chatwoot/facts/connection.ts");
    const { migrateFacts } = await import("../../chatwoot/facts/migrate.ts");
    const { DATABASE_URL = "" } = await secretsInput();
    const limits = {
      statementTimeoutSeconds: wholeInput("STATEMENT_TIMEOUT_SECONDS"),
      lockTimeoutSeconds: wholeInput("LOCK_TIMEOUT_SECONDS"),
    };
    const repeat = `pulumi up --stack ${input("STACK")}`;
    const client = await connectToFacts(DATABASE_URL, limits, repeat);
    try {
      const { ran, rebuilt, drift } = await migrateFacts(client, repeat);
      for (const name of ran) console.error(`facts: ran ${name}`);
      for (const name of rebuilt) console.error(`facts: rebuilt the index ${name}`);
      for (const { table, problem } of drift) console.error(`facts: ${table} ${problem}; reports will be slow`);
      return { ran, rebuilt, drift: drift.map(({ table, problem }) => `${table} ${problem}`) };
    } finally {
      await client.end().catch(() => undefined);
    }
  },
};
