import {
  parsePostgresUrl,
  poolingOf,
  supabaseHostOf,
  type PostgresUrl,
} from "../../../components/chatwoot/postgres-url.ts";
import { StepProblem } from "../../../components/fly/driver/problem.ts";
import { query } from "./tools.ts";

/** The database to restore into, from the environment variable of this name: no address stands on a command line. */
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
  if (poolingOf(address) !== "transaction") return address;
  throw new StepProblem(
    variable,
    "points at a transaction pooler (port 6543)",
    "Use the session pooler on port 5432, or the direct host",
  );
}

/** What tells one database from another. Supabase has one behind several addresses. */
export function databaseIdentity(address: Pick<PostgresUrl, "host" | "port" | "username" | "database">): string {
  const { host, port, username, database } = address;
  const supabase = supabaseHostOf({ host });
  if (supabase?.kind === "direct") return `supabase ${host.split(".")[1]}/${database}`;
  if (supabase?.kind === "pooler") return `supabase ${username.split(".").at(-1)}/${database}`;
  return `${host.toLowerCase()}:${port}/${database}`;
}

/** The target as it is before anything is restored into it. */
export interface Target {
  serverMajor: number;
  /** Tables, views and sequences in the dump's schema that belong to no extension. */
  relations: string[];
  /** The schema of each extension that it has. */
  extensions: Record<string, string>;
}

export async function inspectTarget(address: PostgresUrl, schema: string): Promise<Target> {
  const [rows, relations] = [
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
  ];
  const [version, ...extensions] = rows;
  return {
    serverMajor: Number(version?.[1]),
    relations: relations.map(([name = ""]) => name),
    extensions: Object.fromEntries(extensions.map(([name = "", place = ""]) => [name, place])),
  };
}

export function literal(text: string): string {
  // The E form, so that a backslash means itself whatever the server's settings are.
  return `E'${text.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`;
}

export function identifier(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}
