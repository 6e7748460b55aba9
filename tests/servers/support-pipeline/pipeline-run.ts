import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { afterAll, afterEach, beforeAll } from "vitest";
import { connectToFacts } from "../../../components/chatwoot/facts/connection.ts";
import { migrateFacts } from "../../../components/chatwoot/facts/migrate.ts";
import { startPostgres, type PostgresServer } from "../../../sandbox/database/database.ts";
import { bundledEnvironment } from "../../helpers/programs/environment.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));
let count = 0;

export interface Run {
  code: number | undefined;
  stdout: string;
  stderr: string;
}

/** A database with the facts, and the commands on it as an operator runs them. */
export class Pipeline {
  readonly folder = mkdtempSync(join(tmpdir(), "pipeline-"));
  readonly database = `pipeline${count++}`;
  readonly server: PostgresServer;

  private constructor(server: PostgresServer) {
    this.server = server;
  }

  static async open(server: PostgresServer, { migrated = true } = {}): Promise<Pipeline> {
    const pipeline = new Pipeline(server);
    await server.sql(`CREATE DATABASE ${pipeline.database}`, "postgres");
    if (!migrated) return pipeline;
    const client = await connectToFacts(pipeline.url, { statementTimeoutSeconds: 30, lockTimeoutSeconds: 5 }, "test");
    await migrateFacts(client, "test");
    await client.end();
    return pipeline;
  }

  get url(): string {
    return this.server.address({ database: this.database });
  }

  sql(text: string): Promise<string> {
    return this.server.sql(text, this.database);
  }

  /** Deliveries of that age in minutes, each with this value. */
  async delivered(times: number, value: object, minutesAgo = 1): Promise<void> {
    await this.fact("support.webhook.retry", times, value, `now() - interval '${minutesAgo} minutes'`);
  }

  async fact(type: string, times: number, value: object, at: string): Promise<void> {
    const json = JSON.stringify(value).replaceAll("'", "''");
    await this.sql(
      `INSERT INTO dashboard_facts (fact_type, value, recorded_at) SELECT '${type}', '${json}', ${at} FROM generate_series(1, ${times})`,
    );
  }

  async run(
    args: readonly string[],
    { env = { DATABASE_URL: this.url }, script = "ops/main.ts" }: RunOptions = {},
  ): Promise<Run> {
    const { exitCode, stdout, stderr } = await execa(process.execPath, [script, ...args], {
      cwd: root,
      extendEnv: false,
      env: {
        ...bundledEnvironment(),
        PATH: process.env.PATH,
        HOME: this.folder,
        CHATWOOT_ARTIFACTS_DIR: join(this.folder, "artifacts"),
        ...env,
      },
      reject: false,
      timeout: 60_000,
    });
    return { code: exitCode, stdout, stderr };
  }

  /** A stack's state with these outputs, for CHATWOOT_STATE_FILE. */
  state(outputs: Record<string, unknown>): string {
    const file = join(this.folder, "state.json");
    const resources = [
      { urn: "urn:pulumi:staging::chatwoot::pulumi:pulumi:Stack::x", type: "pulumi:pulumi:Stack", outputs },
    ];
    writeFileSync(file, JSON.stringify({ version: 3, deployment: { manifest: {}, resources } }));
    return file;
  }

  /** The saved files, by name. */
  saved(): Record<string, string> {
    const folder = join(this.folder, "artifacts", "ops");
    return Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), "utf8")]));
  }

  dispose(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export interface RunOptions {
  env?: Record<string, string>;
  script?: string;
}

/** The outputs of a stack that the commands read. */
export const stackOutputs = (url: string | null, support: object = {}) => ({
  target: "fly",
  url: "https://chat.example.com",
  account: "HotDash",
  admin: { email: "a@example.com", password: "p" },
  apiToken: "t",
  webhookSecret: "w",
  databaseUrl: "postgresql://u:p@127.0.0.1:1/none",
  redisUrl: "redis://127.0.0.1:1",
  factsDatabaseUrl: url,
  support: {
    webhookUrl: "https://example.com/hook",
    webhookEnabled: true,
    events: ["message_created"],
    agentUrl: null,
    targets: { successRatePercent: 95, averageResponseMs: 500, deadLetters: 0, minimumDeliveries: 1 },
    schedules: { check: "*/15 * * * *", report: "0 9 * * 1" },
    ...support,
  },
});

/** Opens databases for a file's tests: the server runs for the file, each database for its test. */
export function testPipelines(): (options?: { migrated?: boolean }) => Promise<Pipeline> {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server?.stop());

  const opened: Pipeline[] = [];
  afterEach(() => opened.splice(0).forEach((pipeline) => pipeline.dispose()));
  return async (options) => {
    const pipeline = await Pipeline.open(server, options);
    opened.push(pipeline);
    return pipeline;
  };
}
