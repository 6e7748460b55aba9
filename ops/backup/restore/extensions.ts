import type { PostgresUrl } from "../../../lib/postgres-url.ts";
import { StepProblem } from "../../../lib/problem.ts";
import type { Manifest } from "../dumps.ts";
import { ensureSchemaSql, identifier, type Target } from "./target.ts";
import { query } from "./tools.ts";

type Extension = Manifest["extensions"][number];

/** Columns and indexes are made of these, so the dump names the schema that they lie in. */
const referenced = ["vector", "pg_trgm"];

/** What Chatwoot asks for besides; a provider's own extensions are no part of it. */
const asked = ["pgcrypto", "pg_stat_statements"];

/** The extensions that the dump expects and the target lacks; those that must lie elsewhere are refused. */
export function missingExtensions(manifest: Manifest, target: Target): Extension[] {
  const wanted = manifest.extensions.filter(({ name }) => [...referenced, ...asked].includes(name));
  for (const { name, schema } of wanted) {
    const place = target.extensions[name];
    if (place === undefined || place === schema || !referenced.includes(name)) continue;
    throw new StepProblem(
      `extension ${name}`,
      `lies in the target's schema ${place}, and the dump looks for it in ${schema}`,
      `Run \`ALTER EXTENSION ${name} SET SCHEMA ${identifier(schema)};\` in the target`,
    );
  }
  return wanted.filter(({ name }) => !(name in target.extensions));
}

/** Makes them, each by itself, and answers with those that this user may not make, where it goes without. */
export async function makeExtensions(
  address: PostgresUrl,
  missing: readonly Extension[],
): Promise<{ name: string; reason: string }[]> {
  const refused: { name: string; reason: string }[] = [];
  for (const { name, schema } of missing) {
    try {
      const create = `CREATE EXTENSION IF NOT EXISTS ${identifier(name)} WITH SCHEMA ${identifier(schema)};`;
      await query(address, `${ensureSchemaSql(schema)}\n${create}`);
    } catch (error) {
      if (!(error instanceof StepProblem)) throw error;
      const reason = /ERROR: +(.*)/.exec(error.message)?.[1]?.replace(/\.$/, "") ?? error.finding;
      if (referenced.includes(name))
        throw new StepProblem(
          `extension ${name}`,
          `could not be made in the target: ${reason}`,
          `Make it in schema ${schema} as an administrator, or in the provider's dashboard, and run the command again`,
        );
      refused.push({ name, reason });
    }
  }
  return refused;
}
