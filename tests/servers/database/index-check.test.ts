import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startPostgres, type PostgresServer } from "../../../sandbox/database/database.ts";
import { runPreparation, type PreparationRun } from "./preparation-run.ts";

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres({ vector: "trusted" });
});
afterAll(() => server?.stop());
beforeEach(async () => {
  await server.sql(`DROP TABLE IF EXISTS messages; CREATE TABLE messages (id serial PRIMARY KEY, sender int);
    INSERT INTO messages (sender) VALUES (1), (1)`);
  // What an interrupted build leaves behind.
  await expect(server.sql("CREATE UNIQUE INDEX CONCURRENTLY on_sender ON messages (sender)")).rejects.toThrow();
  await server.sql("DELETE FROM messages WHERE id = 1");
});

/** With a shell text in place of the migrations. */
async function prepare(migrations: string): Promise<PreparationRun> {
  const env = { DATABASE_URL: server.url, RAILS_PREPARES: migrations };
  return await runPreparation({ binFolder: server.binFolder, env });
}

const bootstrap = "exec rails runner /app/bootstrap.rb";
const statement = (output: string): string => /Run `(.*;)`/.exec(output)![1]!;

async function valid(): Promise<string> {
  return await server.sql("SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass('on_sender')");
}

describe("an index that an interrupted migration left INVALID", () => {
  test("is dropped after a failed migration, so that the next one can build it", async () => {
    const { exitCode, output, rails } = await prepare("echo stopped; exit 3");
    expect(exitCode).toBe(3);
    expect(rails).not.toContain(bootstrap);
    expect(output.split("\n").at(-1)).toBe(
      "index check: on_sender on messages is INVALID: it was interrupted while it was built. " +
        "Run `DROP INDEX CONCURRENTLY on_sender;` in the database, then deploy again.",
    );
    await server.sql(statement(output));
    await server.sql("CREATE UNIQUE INDEX CONCURRENTLY on_sender ON messages (sender)");
    expect(await valid()).toBe("t");
  });

  test("is built again after successful migrations, which will not run again", async () => {
    const { exitCode, output, rails } = await prepare("true");
    expect(exitCode).toBe(0);
    expect(rails).toContain(bootstrap);
    expect(statement(output)).toBe("REINDEX INDEX CONCURRENTLY on_sender;");
    await server.sql(statement(output));
    expect(await valid()).toBe("t");
    expect((await prepare("true")).output).toBe("database check: done");
  });

  test("is dropped if it is a leftover of REINDEX CONCURRENTLY", async () => {
    await server.sql("ALTER INDEX on_sender RENAME TO on_sender_ccnew");
    expect(statement((await prepare("true")).output)).toBe("DROP INDEX CONCURRENTLY on_sender_ccnew;");
  });
});

test("a name that needs quotes", async () => {
  await server.sql('ALTER INDEX on_sender RENAME TO "On sender"');
  await server.sql(statement((await prepare("true")).output));
  expect((await prepare("true")).output).toBe("database check: done");
});

test.each([
  ["by default", {}, "600s"],
  ["from chatwoot:environment", { POSTGRES_STATEMENT_TIMEOUT: "1200s" }, "1200s"],
])("the statement timeout %s reaches the migrations", async (_what, env, expected) => {
  const { output } = await runPreparation({
    binFolder: server.binFolder,
    env: { DATABASE_URL: server.url, RAILS_PREPARES: "echo timeout $POSTGRES_STATEMENT_TIMEOUT", ...env },
  });
  expect(output).toContain(`timeout ${expected}`);
});
