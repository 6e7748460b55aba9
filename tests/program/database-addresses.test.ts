import { expect, test } from "vitest";
import { plain } from "pulumi-embedded-engine";
import { doubles } from "../helpers/doubles.ts";
import { program, stackEngine } from "../helpers/in-process.ts";
import { parseJson } from "../../lib/json.ts";

async function appWith(secrets: Record<string, string>): Promise<{ staged: Record<string, string>; toml: string }> {
  const change = (values: { settings: Record<string, unknown>; secrets: Record<string, string> }): void => {
    values.settings["database"] = { poolLimit: 100 };
    Object.assign(values.secrets, secrets);
  };
  const { steps } = await stackEngine("staging", { providers: doubles, change }).up(program);
  const inputs = (name: string) =>
    plain(steps.find((step) => step.name === name)?.inputs ?? {}) as {
      stdin: string;
      environment: Record<string, string>;
    };
  return {
    staged: parseJson(inputs("app-secrets-staged").stdin) as Record<string, string>,
    toml: JSON.stringify(inputs("deployment-release").environment),
  };
}

test("the address for migrations is encoded as Ruby reads it", async () => {
  const { staged } = await appWith({
    migrationDatabaseUrl: "postgresql://postgres:pa^s{s|x@db.abcdefghijklmnopqrst.supabase.co:5432/postgres",
  });
  expect(staged["MIGRATION_DATABASE_URL"]).toBe(
    "postgresql://postgres:pa%5Es%7Bs%7Cx@db.abcdefghijklmnopqrst.supabase.co:5432/postgres?sslmode=require",
  );
});

test.each([
  ["chatwoot-db.flycast", "prefer"],
  ["chatwoot-db.internal", "prefer"],
  ["db.example.com", "require"],
])("PostgreSQL at %s is reached with sslmode %s", async (host, sslMode) => {
  const { toml } = await appWith({ databaseUrl: `postgresql://postgres:pw123456@${host}:5432/chatwoot` });
  expect(toml).toMatch(new RegExp(`PGSSLMODE\\W+${sslMode}\\b`));
});
