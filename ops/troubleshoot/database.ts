import { readFileSync } from "node:fs";
import { z } from "zod";
import { rubyCommand } from "../lib/inside/ruby.ts";
import { formatBytes } from "../lib/bytes.ts";
import { bad, counted, good, untold, type Finding } from "./finding.ts";

export const databaseCommand = rubyCommand(readFileSync(new URL("database.rb", import.meta.url)));

export const databaseSchema = z.object({
  selectMs: z.number(),
  version: z.string(),
  /** Of all databases of the server, which share its places. */
  connections: z.number(),
  /** Without those that are reserved for administrators. */
  maxConnections: z.number(),
  sizeBytes: z.number(),
  /** Null where nothing was ever migrated. */
  migrations: z
    .object({
      latest: z.string().nullable(),
      count: z.number(),
      /** In the code that runs, and not in the database. */
      pending: z.array(z.string()),
      /** In the database, and not in the code that runs: a later version was here. */
      unknown: z.array(z.string()),
      /** Whether the image has its migrations where they are looked for. */
      codeKnown: z.boolean(),
    })
    .nullable(),
  tables: z.array(z.object({ name: z.string(), bytes: z.number(), rows: z.number() })),
  longQueries: z.array(
    z.object({
      pid: z.number(),
      seconds: z.number(),
      state: z.string(),
      waits: z.string(),
      program: z.string(),
      verb: z.string(),
    }),
  ),
});
export type DatabaseFacts = z.output<typeof databaseSchema>;

const fullShare = 0.8;
const slowMs = 100;

export function judgeDatabase(facts: DatabaseFacts, stack: string): Finding[] {
  return [
    select(facts),
    connections(facts, stack),
    migrations(facts, stack),
    good("size", formatBytes(facts.sizeBytes)),
    ...facts.tables.map(({ name, bytes, rows }) =>
      good("", `${name}: ${formatBytes(bytes)}, about ${counted(rows, "row")}`),
    ),
    longQueries(facts, stack),
  ];
}

function select({ selectMs, version }: DatabaseFacts): Finding {
  const detail = `SELECT 1 in ${selectMs} ms, PostgreSQL ${version}`;
  if (selectMs <= slowMs) return good("answers", detail);
  return bad("answers", `${detail}: more than ${slowMs} ms`, "See whether it has enough memory and processor time");
}

function connections({ connections: now, maxConnections: most }: DatabaseFacts, stack: string): Finding {
  const detail = `${now} of ${most}`;
  if (now < fullShare * most) return good("connections", detail);
  const next = `Have fewer threads or a pooler: \`pulumi config get chatwoot:web --stack ${stack}\` and chatwoot:worker hold the counts`;
  return bad("connections", `${detail}: at ${most} new ones are refused`, next);
}

function migrations({ migrations: found }: DatabaseFacts, stack: string): Finding {
  if (found === null)
    return bad("migrations", "the database was never migrated", `Deploy to its end: \`pulumi up --stack ${stack}\``);
  const { latest, count, pending, unknown, codeKnown } = found;
  const detail = `${counted(count, "version")}, the latest ${latest ?? "none"}`;
  if (!codeKnown) return { ...untold("migrations"), detail: `${detail}; the image does not say which it needs` };
  if (pending.length > 0)
    return bad(
      "migrations",
      `${detail}; missing ${listed(pending)}`,
      `Run the preparation: \`pulumi up --stack ${stack}\``,
    );
  if (unknown.length > 0)
    return bad(
      "migrations",
      `${detail}; the code that runs is older and does not know ${listed(unknown)}`,
      `That is so after a rollback. Read what these changed, and go forward when it is mended: \`pulumi config set chatwoot:image NEW --stack ${stack}\``,
    );
  return good("migrations", `${detail}; as the code needs`);
}

function listed(versions: readonly string[]): string {
  const shown = versions.slice(-3).join(", ");
  return versions.length > 3 ? `${versions.length}, the last ${shown}` : shown;
}

function longQueries({ longQueries: found }: DatabaseFacts, stack: string): Finding {
  if (found.length === 0) return good("long queries", "none over 30 s");
  const shown = found.map(
    ({ pid, seconds, state, waits, program, verb }) =>
      `pid ${pid} ${verb || "?"} for ${seconds} s, ${state}${waits && `, waits for ${waits}`}${program && ` (${program})`}`,
  );
  const next = `Look at the query, and end it if it must: \`SELECT query FROM pg_stat_activity WHERE pid = ${found[0]?.pid}\`, \`SELECT pg_cancel_backend(${found[0]?.pid})\`, in \`npm run ops -- console --stack ${stack}\``;
  return bad("long queries", shown.join("; "), next);
}
