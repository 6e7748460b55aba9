import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { preparationFiles, preparationScript } from "../../../components/chatwoot/preparation.ts";
import { rubyWithGems } from "../../../sandbox/database/database.ts";

export interface PreparationRun {
  exitCode: number | undefined;
  output: string;
  /** The code that ran in Rails, in order. */
  rails: string[];
}

export interface PreparationOptions {
  /** Folder with psql. */
  binFolder: string;
  /** The container's environment. */
  env: Record<string, string>;
  /** Changes the SQL before it runs. */
  sql?: (text: string) => string;
  /** Names of the migrations in the image. Default: none, as in an image that has them elsewhere. */
  migrations?: readonly string[];
}

/**
 * Runs Ruby, where the environment has a Redis to ask; otherwise prints its arguments, in place of Chatwoot's own Rails.
 * RAILS_PREPARES runs in place of the migrations.
 */
const bundle = `#!/bin/sh
if [ "$2" = ruby ]; then shift 2; [ -z "$REDIS_URL" ] || exec ruby "$@"; exit 0; fi
echo "$*" >> "$RAILS_RECORD"
case "$*" in *db:chatwoot_prepare) sh -c "$RAILS_PREPARES" ;; esac
`;

/**
 * The preparation's shell text, as both targets pass it to `sh -c`, with its files in a folder that replaces `/app`.
 * Ruby, psql and the database are real; Rails is not.
 */
export async function runPreparation({
  binFolder,
  env,
  sql = (text) => text,
  migrations = [],
}: PreparationOptions): Promise<PreparationRun> {
  const ruby = await rubyWithGems();
  const folder = mkdtempSync(join(tmpdir(), "chatwoot-preparation-"));
  const record = join(folder, "rails.txt");
  try {
    for (const { name, text } of preparationFiles) {
      writeFileSync(join(folder, name), name.endsWith(".sql") ? sql(text) : text);
    }
    mkdirSync(join(folder, "db", "migrate"), { recursive: true });
    for (const name of migrations) writeFileSync(join(folder, "db", "migrate", `${name}.rb`), "");
    writeFileSync(join(folder, "bundle"), bundle);
    chmodSync(join(folder, "bundle"), 0o755);
    const script = preparationFiles.reduce(
      (text, { path, name }) => text.replaceAll(path, join(folder, name)),
      preparationScript(),
    );
    const { exitCode, all } = await execa("sh", ["-c", script], {
      env: { PATH: [folder, binFolder, ruby.binFolder, "/usr/bin", "/bin"].join(":"), RAILS_RECORD: record, ...env },
      extendEnv: false,
      all: true,
      reject: false,
      stdin: "ignore",
      timeout: 120_000,
    });
    const rails = existsSync(record) ? readFileSync(record, "utf8").trim().split("\n") : [];
    return {
      exitCode,
      output: all.replaceAll(folder, "/app"),
      rails: rails.map((line) => line.replaceAll(folder, "/app")),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
