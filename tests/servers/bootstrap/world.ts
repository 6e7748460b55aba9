import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { bootstrapEnvironment, preparationFiles } from "../../../components/chatwoot/preparation.ts";
import { rubyWithGems, startPostgres, startRedis } from "../../../sandbox/database/database.ts";
import type { Hand } from "./hand.ts";
import { railsFolder, startRubyServer } from "./ruby-server.ts";

/** A stack's environment for the bootstrap, with a planted value for every secret. */
export interface Wanted {
  config: Parameters<typeof bootstrapEnvironment<string>>[0];
  secrets: { adminPassword: string; apiToken: string; webhookSecret: string };
  installation: Record<string, string>;
  inboxes: Record<string, string>;
}

export interface BootstrapRun {
  /** Null after a signal. */
  exitCode: number | null;
  /** Everything that it printed to public output. */
  output: string;
  /** The bootstrap's own lines, without its name. */
  lines: string[];
}

export interface Database {
  run(wanted: Wanted, env?: Record<string, string>): Promise<BootstrapRun>;
  /** As a user would do it manually. */
  sql(text: string): Promise<string>;
  /** The transaction that wrote each row: unchanged only if nothing was written. */
  versions(): Promise<string>;
  hand: Hand;
}

export interface World {
  database(): Promise<Database>;
  redis(...command: string[]): Promise<string>;
  stop(): Promise<void>;
}

/** A real PostgreSQL, Redis and Ruby, with models that replace Chatwoot's. */
export async function startWorld(hand: (sql: Database["sql"]) => Hand): Promise<World> {
  const [{ ruby }, postgres, redis] = await Promise.all([
    rubyWithGems(),
    startPostgres({ vector: "trusted", databases: ["template"] }),
    startRedis(),
  ]);
  const folder = mkdtempSync(join(tmpdir(), "chatwoot-bootstrap-"));
  const script = join(folder, "bootstrap.rb");
  writeFileSync(script, preparationFiles.find(({ name }) => name === "bootstrap.rb")!.text);
  await postgres.sql(readFileSync(join(railsFolder, "schema.sql"), "utf8"));
  const server = startRubyServer(ruby, folder);
  let count = 0;

  const database = async (): Promise<Database> => {
    const name = `chatwoot_${++count}`;
    await postgres.sql(`CREATE DATABASE ${name} TEMPLATE template`, "postgres");
    const sql = (text: string) => postgres.sql(text, name);
    const run: Database["run"] = async (wanted, env = {}) => {
      const { config, secrets, installation, inboxes } = wanted;
      const parts = bootstrapEnvironment(config, secrets, JSON.stringify(installation), JSON.stringify(inboxes));
      const { exitCode, output } = await server.run(script, {
        PATH: "/usr/bin:/bin",
        LANG: "C.UTF-8",
        DATABASE_URL: postgres.address({ database: name }),
        REDIS_URL: redis.url,
        ...parts.settings,
        ...parts.secrets,
        ...env,
      });
      const lines = output.split("\n").flatMap((line) => /^bootstrap: (.*)$/.exec(line)?.[1] ?? []);
      return { exitCode, output, lines };
    };
    return { run, sql, versions: () => sql(versionsQuery), hand: hand(sql) };
  };

  return {
    database,
    redis: async (...command) => {
      const { stdout } = await execa(join(redis.binFolder, "redis-cli"), ["-p", String(redis.port), ...command], {
        env: { REDISCLI_AUTH: redis.password },
        timeout: 60_000,
      });
      return stdout;
    },
    stop: async () => {
      await server.stop();
      await Promise.all([postgres.stop(), redis.stop()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const tables = [
  "installation_configs",
  "users",
  "access_tokens",
  "accounts",
  "account_users",
  "notification_settings",
  "webhooks",
  "channel_web_widgets",
  "channel_api",
  "channel_email",
  "inboxes",
  "working_hours",
  "agent_bots",
  "agent_bot_inboxes",
];

const versionsQuery = tables
  .map((table) => `SELECT '${table}', id::text, xmin::text FROM ${table}`)
  .join(" UNION ALL ")
  .concat(" ORDER BY 1, 2");
