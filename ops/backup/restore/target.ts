import { transactionPooler } from "../../../lib/postgres-poolers.ts";
import { parsePostgresUrl, supabaseHostOf, type PostgresUrl } from "../../../lib/postgres-url.ts";
import { StepProblem } from "../../../lib/problem.ts";
import { query } from "./tools.ts";

/** Reads the target from an environment variable, because a command line would expose the password. */
export function targetAddress(variable: string): PostgresUrl {
  const value = process.env[variable];
  const fix = `Run \`read -rs ${variable} && export ${variable}\` and paste postgresql://user:password@host:5432/database`;
  if (value === undefined || value === "") throw new StepProblem(variable, "is not set", fix);
  let address: PostgresUrl;
  try {
    address = parsePostgresUrl(value);
  } catch (error) {
    throw new StepProblem(variable, (error as Error).message, fix);
  }
  const pooler = transactionPooler(address);
  if (pooler === undefined) return address;
  throw new StepProblem(variable, `points at ${pooler.name}`, `Use ${pooler.direct}`);
}

/** Identifies a database; Supabase serves one database under several addresses. */
export function databaseIdentity(address: Pick<PostgresUrl, "host" | "port" | "username" | "database">): string {
  const { host, port, username, database } = address;
  const supabase = supabaseHostOf({ host });
  if (supabase?.kind === "direct") return `supabase ${host.split(".")[1]}/${database}`;
  if (supabase?.kind === "pooler") return `supabase ${username.split(".").at(-1)}/${database}`;
  return `${host.toLowerCase()}:${port}/${database}`;
}

/** The target before the restore. */
export interface Target {
  serverMajor: number;
  /** Tables, views and sequences of the dump's schema, without those of extensions. */
  relations: string[];
  /** Views and tables of other schemas that depend on them. */
  dependents: string[];
  /** Schema of each installed extension. */
  extensions: Record<string, string>;
}

export async function inspectTarget(address: PostgresUrl, schema: string): Promise<Target> {
  const [rows, relations, dependents] = [
    await query(
      address,
      `SELECT 'version', current_setting('server_version_num')::int / 10000;
       SELECT e.extname, n.nspname FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace;`,
    ),
    await query(
      address,
      `SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE n.nspname = ${literal(schema)} AND c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f') AND NOT EXISTS (
         SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
       ORDER BY c.relname;`,
    ),
    await query(
      address,
      `SELECT DISTINCT o.oid::regclass FROM pg_depend d
       JOIN pg_class c ON d.refclassid = 'pg_class'::regclass AND d.refobjid = c.oid
       JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = ${literal(schema)}
       LEFT JOIN pg_rewrite r ON d.classid = 'pg_rewrite'::regclass AND r.oid = d.objid
       LEFT JOIN pg_constraint f ON d.classid = 'pg_constraint'::regclass AND f.oid = d.objid
       JOIN pg_class o ON o.oid = coalesce(r.ev_class, f.conrelid) AND o.relnamespace <> c.relnamespace
       ORDER BY 1;`,
    ),
  ];
  const [version, ...extensions] = rows;
  return {
    serverMajor: Number(version?.[1]),
    relations: relations.map(([name = ""]) => name),
    dependents: dependents.map(([name = ""]) => name),
    extensions: Object.fromEntries(extensions.map(([name = "", place = ""]) => [name, place])),
  };
}

/** `CREATE SCHEMA IF NOT EXISTS` needs the privilege to create schemas even if the schema exists. */
export function ensureSchemaSql(schema: string): string {
  return `DO $ensure$ BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_namespace WHERE nspname = ${literal(schema)}) THEN
      CREATE SCHEMA ${identifier(schema)};
    END IF;
  END $ensure$;`;
}

export function literal(text: string): string {
  // The E form does not depend on standard_conforming_strings.
  return `E'${text.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`;
}

export function identifier(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}
