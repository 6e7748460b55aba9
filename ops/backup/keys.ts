import { StepProblem } from "../../lib/problem.ts";
import { runPulumi } from "../lib/pulumi/run-pulumi.ts";

export interface BucketKeys {
  accessKeyId: string;
  secretAccessKey: string;
}

export const keysHelp = `
The bucket's keys are read from BACKUP_ACCESS_KEY_ID and BACKUP_SECRET_ACCESS_KEY,
otherwise from \`pulumi config get\`.`;

const limitSeconds = 60;

/** Reads the keys from the environment, otherwise from the stack's configuration; they never appear on a command line. */
export async function bucketKeys(stack: string): Promise<BucketKeys> {
  const [accessKeyId, secretAccessKey] = [
    process.env["BACKUP_ACCESS_KEY_ID"] ?? (await configured(stack, "backupAccessKeyId")),
    process.env["BACKUP_SECRET_ACCESS_KEY"] ?? (await configured(stack, "backupSecretAccessKey")),
  ];
  return { accessKeyId, secretAccessKey };
}

async function configured(stack: string, name: string): Promise<string> {
  const args = ["config", "get", `chatwoot:${name}`, "--stack", stack, "--non-interactive"];
  const { failure, stdout } = await runPulumi(args, { limitSeconds });
  if (failure === undefined && stdout.trim() !== "") return stdout.trim();
  throw new StepProblem(
    "keys of the backup bucket",
    `\`pulumi ${args.slice(0, 3).join(" ")}\` printed no value`,
    "Set BACKUP_ACCESS_KEY_ID and BACKUP_SECRET_ACCESS_KEY, or log in with `pulumi login`",
  );
}
