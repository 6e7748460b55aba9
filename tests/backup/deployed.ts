import { delimiter } from "node:path";
import { openSandbox, type Overlay, type Sandbox } from "../sandbox/support.ts";
import { stackValues } from "../support/stack-files.ts";
import type { World } from "./support.ts";

export const backupApp = "hotdash-chatwoot-backup";

/** What makes staging dump its database, which is this world's, into this world's bucket. */
export function backupOverlay({ postgres, s3, config }: World, changes: Record<string, unknown> = {}): Overlay {
  const fly = stackValues("staging").settings["fly"] as Record<string, unknown>;
  return {
    config: { "chatwoot:fly": { ...fly, backup: { ...config, ...changes } } },
    secrets: {
      "chatwoot:databaseUrl": postgres.address({ database: "chatwoot" }),
      "chatwoot:backupAccessKeyId": s3.accessKeyId,
      "chatwoot:backupSecretAccessKey": s3.secretAccessKey,
    },
  };
}

export interface OpsRun {
  /** What it must end with. Default 0. */
  exit?: number;
  env?: Record<string, string>;
  /** A folder before the others on PATH. */
  programs?: string;
}

export type Deployed = Sandbox & {
  /** A command of `ops` on staging, as a person runs it on the sandbox; answers with all that it says. */
  ops(args: readonly string[], run?: OpsRun): Promise<string>;
};

/** A sandbox with staging deployed, over a real database and a real bucket. */
export async function deployWithBackup(world: World): Promise<Deployed> {
  const sandbox = openSandbox();
  const overlay = backupOverlay(world);
  const artifacts = { CHATWOOT_ARTIFACTS_DIR: `${sandbox.root}/artifacts` };
  await sandbox.run(["up", "--stack", "staging"], { overlay, env: artifacts });
  const secrets = [world.s3.secretAccessKey, world.s3.accessKeyId, world.postgres.password];
  return {
    ...sandbox,
    async ops(args, { exit = 0, env, programs } = {}) {
      const path = [programs, world.postgres.binFolder, process.env["PATH"]].filter((part) => part !== undefined);
      const { output } = await sandbox.run(["ops", ...args, "--stack", "staging"], {
        overlay,
        exit,
        env: { ...artifacts, PATH: path.join(delimiter), ...env },
      });
      for (const secret of secrets) if (output.includes(secret)) throw new Error(`a secret is shown:\n${output}`);
      return output;
    },
  };
}
