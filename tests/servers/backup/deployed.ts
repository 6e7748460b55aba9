import { delimiter, join } from "node:path";
import { execa } from "execa";
import { flyctlBinFolder } from "flyctl-stand-in";
import { openSandbox, type Overlay, type Sandbox } from "../../sandbox/support.ts";
import { stackValues } from "../../helpers/stack-files.ts";
import { app, type World } from "./support.ts";

export const backupApp = "hotdash-chatwoot-backup";

/** Makes staging dump this test's database into this test's bucket. */
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
  /** The expected exit code. Default: 0. */
  exit?: number;
  env?: Record<string, string>;
  /** A folder before the others on PATH. */
  programs?: string;
}

export type Deployed = Sandbox & {
  /** An `ops` command on staging, as an operator runs it on the sandbox; returns its output. */
  ops(args: readonly string[], run?: OpsRun): Promise<string>;
  /** The same, without waiting for it. */
  startOps(args: readonly string[], run?: OpsRun): ReturnType<Sandbox["start"]>;
  /** flyctl as an operator types it, outside Pulumi. */
  flyctl(...args: string[]): Promise<string>;
};

/** A sandbox with staging deployed, over a real database and a real bucket. */
export async function deployWithBackup(world: World): Promise<Deployed> {
  const sandbox = openSandbox();
  const overlay = backupOverlay(world);
  const artifacts = { CHATWOOT_ARTIFACTS_DIR: `${sandbox.root}/artifacts` };
  await sandbox.run(["up", "--stack", "staging"], { overlay, env: artifacts });
  const secrets = [world.s3.secretAccessKey, world.s3.accessKeyId, world.postgres.password];
  const options = ({ env, programs }: OpsRun) => {
    const path = [programs, world.postgres.binFolder, process.env["PATH"]].filter((part) => part !== undefined);
    return { overlay, env: { ...artifacts, PATH: path.join(delimiter), ...env } };
  };
  return {
    ...sandbox,
    startOps: (args, run = {}) => sandbox.start(["ops", ...args, "--stack", "staging"], options(run)),
    async ops(args, run = {}) {
      const { exit = 0 } = run;
      const { output } = await sandbox.opsHere([...args, "--stack", "staging"], { ...options(run), exit });
      for (const secret of secrets)
        if (output.includes(secret)) throw new Error(`the output contains a secret:\n${output}`);
      return output;
    },
    async flyctl(...args) {
      const env = {
        FLYCTL_SANDBOX_DIR: sandbox.folders.fly,
        FLY_CONFIG_DIR: join(sandbox.folders.flyConfig, app),
        FLY_API_TOKEN: "sandbox",
      };
      const words = [...args, "--app", app];
      return (await execa(join(flyctlBinFolder, "flyctl"), words, { env, timeout: 60_000 })).stdout;
    },
  };
}
