import { readFileSync } from "node:fs";
import { z } from "zod";
import { rubyCommand } from "../lib/exec/ruby.ts";
import { formatBytes } from "../lib/bytes.ts";
import { bad, counted, good, unreported, type Finding } from "./finding.ts";

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), "utf8");

/** The query of the preparation, which prints these indexes after the migrations. */
const invalidIndexes = `INVALID_INDEXES = <<'SQL'\n${read("../../components/chatwoot/preparation/index-check.sql")}SQL\n`;

export const databaseCommand = rubyCommand(Buffer.from(invalidIndexes + read("database.rb")));

export const databaseSchema = z.object({
  selectMs: z.number(),
  version: z.string(),
  /** Of all databases of the server. */
  connections: z.number(),
  /** Without those reserved for administrators. */
  maxConnections: z.number(),
  sizeBytes: z.number(),
  /** Null if the database was never migrated. */
  migrations: z
    .object({
      latest: z.string().nullable(),
      count: z.number(),
      /** In the running code, but not in the database. */
      pending: z.array(z.string()),
      /** In the database, but not in the running code, as after a rollback. */
      unknown: z.array(z.string()),
      /** Whether the image's migrations were found. */
      codeKnown: z.boolean(),
    })
    .nullable(),
  /** Left by a build that was interrupted. */
  invalidIndexes: z.array(
    z.object({
      table: z.string(),
      /** Quoted where needed. */
      index: z.string(),
      /** Whether REINDEX CONCURRENTLY left it beside the valid one. */
      leftover: z.boolean(),
    }),
  ),
  tables: z.array(z.object({ name: z.string(), bytes: z.number(), rows: z.number() })),
  /** Inbound mails that wait for more than 10 minutes. */
  pendingMail: z.number(),
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
    indexes(facts, stack),
    good("size", formatBytes(facts.sizeBytes)),
    ...facts.tables.map(({ name, bytes, rows }) =>
      good("table", `${name}: ${formatBytes(bytes)}, about ${counted(rows, "row")}`),
    ),
    pendingMail(facts, stack),
    longQueries(facts, stack),
  ];
}

function select({ selectMs, version }: DatabaseFacts): Finding {
  const detail = `SELECT 1 in ${selectMs} ms, PostgreSQL ${version}`;
  if (selectMs <= slowMs) return good("answers", detail);
  return bad("answers", `${detail}: more than ${slowMs} ms`, "Check the database's memory and CPU");
}

function connections({ connections: now, maxConnections: most }: DatabaseFacts, stack: string): Finding {
  const detail = `${now} of ${most}`;
  if (now < fullShare * most) return good("connections", detail);
  const next = `Reduce the threads in chatwoot:web and chatwoot:worker or use a pooler: \`pulumi config get chatwoot:web --stack ${stack}\``;
  return bad("connections", `${detail}: at ${most} new ones are refused`, next);
}

function migrations({ migrations: found }: DatabaseFacts, stack: string): Finding {
  if (found === null) return bad("migrations", "the database was never migrated", `Run \`pulumi up --stack ${stack}\``);
  const { latest, count, pending, unknown, codeKnown } = found;
  const detail = `${counted(count, "version")}, the latest ${latest ?? "none"}`;
  if (!codeKnown) return { ...unreported("migrations"), detail: `${detail}; the image's migrations were not found` };
  if (pending.length > 0)
    return bad(
      "migrations",
      `${detail}; missing ${listed(pending)}`,
      `Run the preparation: \`pulumi up --stack ${stack}\``,
    );
  if (unknown.length > 0)
    return bad(
      "migrations",
      `${detail}; the running code is older and lacks ${listed(unknown)}`,
      `Expected after a rollback. Check what these changed, and upgrade after the fix: \`pulumi config set chatwoot:image NEW --stack ${stack}\``,
    );
  return good("migrations", `${detail}; matches the code`);
}

/** As long as a migration is pending, it builds the index; afterwards no migration does. */
function indexes({ invalidIndexes, migrations: found }: DatabaseFacts, stack: string): Finding {
  if (invalidIndexes.length === 0) return good("indexes", "all valid");
  const pending = (found?.pending.length ?? 0) > 0;
  const statements = invalidIndexes.map(
    ({ index, leftover }) => `\`${pending || leftover ? "DROP" : "REINDEX"} INDEX CONCURRENTLY ${index};\``,
  );
  const names = invalidIndexes.map(({ table, index }) => `${index} on ${table}`);
  const deploy = pending ? `, then \`pulumi up --stack ${stack}\`` : "";
  return bad(
    "indexes",
    `INVALID, and not used: ${names.join(", ")}`,
    `Run ${statements.join(", ")} in the database${deploy}`,
  );
}

function listed(versions: readonly string[]): string {
  const shown = versions.slice(-3).join(", ");
  return versions.length > 3 ? `${versions.length}, the last ${shown}` : shown;
}

/** The console's line that routes each of these mails again. */
export const routePendingMail =
  "ActionMailbox::InboundEmail.pending.where(created_at: ...10.minutes.ago).find_each(&:route_later)";

function pendingMail({ pendingMail: count }: DatabaseFacts, stack: string): Finding {
  if (count === 0) return good("inbound mail", "none pending for 10 minutes");
  return bad(
    "inbound mail",
    `${count} pending for 10 minutes: received while Redis was away, and not routed`,
    `Route it: \`${routePendingMail}\`, in \`npm run ops -- console --stack ${stack}\``,
  );
}

function longQueries({ longQueries: found }: DatabaseFacts, stack: string): Finding {
  if (found.length === 0) return good("long queries", "none over 30 s");
  const shown = found.map(
    ({ pid, seconds, state, waits, program, verb }) =>
      `pid ${pid} ${verb || "?"} for ${seconds} s, ${state}${waits && `, waits for ${waits}`}${program && ` (${program})`}`,
  );
  const next = `Inspect the query, and cancel it if needed: \`SELECT query FROM pg_stat_activity WHERE pid = ${found[0]?.pid}\`, \`SELECT pg_cancel_backend(${found[0]?.pid})\`, in \`npm run ops -- console --stack ${stack}\``;
  return bad("long queries", shown.join("; "), next);
}
