import { join } from "node:path";
import { execa } from "execa";
import { flyctlBinFolder } from "flyctl-stand-in";
import { openSandbox, type Overlay, type Sandbox } from "../../sandbox/support.ts";

export const app = "hotdash-chatwoot";

export type Deployed = Sandbox & {
  /** flyctl as an operator types it, outside Pulumi. */
  byHand(...args: string[]): Promise<string>;
  /** An `ops` command on staging, as an operator runs it on the sandbox; it must end with `exit`. */
  ops(args: readonly string[], exit?: number, env?: Record<string, string>): Promise<string>;
};

/** A dedicated sandbox with staging deployed in it. */
export async function deployedStaging(overlay: Overlay = {}): Promise<Deployed> {
  const sandbox = openSandbox();
  const artifacts = { CHATWOOT_ARTIFACTS_DIR: join(sandbox.root, "artifacts") };
  await sandbox.run(["up", "--stack", "staging"], { env: artifacts, overlay });
  return {
    ...sandbox,
    async byHand(...args) {
      const { stdout } = await execa(
        join(flyctlBinFolder, "flyctl"),
        [...args, ...(args[0] === "apps" ? [] : ["--app", app])],
        {
          env: {
            FLYCTL_SANDBOX_DIR: sandbox.folders.fly,
            FLY_CONFIG_DIR: join(sandbox.folders.flyConfig, app),
            FLY_API_TOKEN: "sandbox",
          },
          timeout: 60_000,
        },
      );
      return stdout;
    },
    async ops(args, exit = 0, env = {}) {
      const [command = "", ...more] = args;
      const options = { exit, env: { ...artifacts, ...env } };
      return (await sandbox.opsHere([command, "--stack", "staging", ...more], options)).output;
    },
  };
}
