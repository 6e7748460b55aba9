import type { PostgresUrl } from "../../../lib/postgres-url.ts";
import { StepProblem } from "../../../lib/problem.ts";
import type { Manifest } from "../dumps.ts";
import { ensureSchemaSql, identifier, type Target } from "./target.ts";
import { query } from "./tools.ts";

type Extension = Manifest["extensions"][number];

/** The dump refers to these by schema, because columns and indexes use them. */
const referenced = ["vector", "pg_trgm"];

/** Other extensions of Chatwoot; those of the provider are ignored. */
const asked = ["pgcrypto", "pg_stat_statements"];

/** Returns the extensions that the target lacks. Throws if one is installed in another schema than in the dump. */
export function missingExtensions(manifest: Manifest, target: Target): Extension[] {
  const wanted = manifest.extensions.filter(({ name }) => [...referenced, ...asked].includes(name));
  for (const { name, schema } of wanted) {
    const place = target.extensions[name];
    if (place === undefined || place === schema || !referenced.includes(name)) continue;
    throw new StepProblem(
      `extension ${name}`,
      `is in schema ${place} of the target, but the dump expects it in ${schema}`,
      `Run \`ALTER EXTENSION ${name} SET SCHEMA ${identifier(schema)};\` in the target`,
    );
  }
  return wanted.filter(({ name }) => !(name in target.extensions));
}

/** Creates each extension separately. Returns the optional ones that this user may not create. */
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
          `could not be created in the target: ${reason}`,
          `Create it in schema ${schema} as an administrator or in the provider's dashboard, and run the command again`,
        );
      refused.push({ name, reason });
    }
  }
  return refused;
}
