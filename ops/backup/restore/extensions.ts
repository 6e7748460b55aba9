import type { PostgresUrl } from "../../../components/chatwoot/postgres-url.ts";
import { StepProblem } from "../../../components/fly/driver/problem.ts";
import type { Manifest } from "../dumps.ts";
import { identifier, type Target } from "./target.ts";
import { query } from "./tools.ts";

/** What Chatwoot's tables are made with; a provider's own extensions are no part of it. */
const needed = ["vector", "pg_trgm", "pgcrypto", "pg_stat_statements"];

/** The extensions that the dump expects, with their schemas; those that the target has elsewhere are refused. */
export function missingExtensions(manifest: Manifest, target: Target): Manifest["extensions"] {
  const wanted = manifest.extensions.filter(({ name }) => needed.includes(name));
  for (const { name, schema } of wanted) {
    const place = target.extensions[name];
    if (place === undefined || place === schema) continue;
    throw new StepProblem(
      `extension ${name}`,
      `lies in the target's schema ${place}, and the dump looks for it in ${schema}`,
      `Run \`ALTER EXTENSION ${name} SET SCHEMA ${identifier(schema)};\` in the target`,
    );
  }
  return wanted.filter(({ name }) => !(name in target.extensions));
}

/** Makes them, each by itself, and answers with those that this user may not make. */
export async function makeExtensions(
  address: PostgresUrl,
  missing: Manifest["extensions"],
): Promise<{ name: string; reason: string }[]> {
  const refused: { name: string; reason: string }[] = [];
  for (const { name, schema } of missing) {
    try {
      await query(
        address,
        `CREATE SCHEMA IF NOT EXISTS ${identifier(schema)};
         CREATE EXTENSION IF NOT EXISTS ${identifier(name)} WITH SCHEMA ${identifier(schema)};`,
      );
    } catch (error) {
      if (!(error instanceof StepProblem)) throw error;
      refused.push({ name, reason: /ERROR: +(.*)/.exec(error.message)?.[1] ?? error.message });
    }
  }
  return refused;
}
