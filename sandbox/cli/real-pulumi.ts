import { dirname, delimiter } from "node:path";
import { execa } from "execa";
import type { OnProgress } from "kubernetes-sandbox/tools";
import { UserError } from "../../lib/user-error.ts";

// The npm package of the CLI, which downloads it at its first use.
// renovate: datasource=npm depName=pulumi
const npmVersion = "3.265.0";

/** Version and origin of a CLI, for instance `3.265.0, on PATH`. Undefined if none is on PATH. */
export async function pulumiOnPath(): Promise<string | undefined> {
  const { failed, stdout } = await execa("pulumi", ["version"], { reject: false, timeout: 30_000 });
  return failed ? undefined : `${stdout.trim().replace(/^v/, "")}, on PATH`;
}

/** The CLI on PATH, or else the npm package's, which is put on PATH. Returns its version and origin. */
export async function findPulumi(onProgress: OnProgress): Promise<string> {
  const found = await pulumiOnPath();
  if (found !== undefined) return found;
  onProgress({ text: `Getting the npm package pulumi ${npmVersion}, which downloads the CLI`, transient: false });
  const npx = ["--yes", "--package", `pulumi@${npmVersion}`];
  const { failed, all } = await execa("npx", [...npx, "pulumi", "version"], {
    reject: false,
    all: true,
    timeout: 300_000,
    stdin: "ignore",
  });
  if (failed)
    throw new UserError(
      `--engine pulumi: \`pulumi\` is not on PATH, and the npm package pulumi ${npmVersion} could not download it: ` +
        `${all.trim().split("\n").at(-1)}. Install it from https://www.pulumi.com/docs/install/, or use --engine embedded.`,
    );
  const { stdout } = await execa("npx", [...npx, "--call", "command -v pulumi"], { timeout: 60_000, stdin: "ignore" });
  process.env["PATH"] = `${dirname(stdout.trim())}${delimiter}${process.env["PATH"] ?? ""}`;
  return `${npmVersion}, from npm`;
}
