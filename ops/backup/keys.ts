import { StepProblem } from "../../lib/problem.ts";
import { runPulumi } from "../lib/pulumi/run-pulumi.ts";

export interface BucketKeys {
  accessKeyId: string;
  secretAccessKey: string;
}

/** For the help of every command that needs them. */
export const keysHelp = `
The bucket's keys come from BACKUP_ACCESS_KEY_ID and BACKUP_SECRET_ACCESS_KEY,
else from \`pulumi config get\`.`;

const limitSeconds = 60;

/** The bucket's keys: from the environment, else from the stack's configuration. They stand on no command line. */
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
    `\`pulumi ${args.slice(0, 3).join(" ")}\` gives none`,
    "Set BACKUP_ACCESS_KEY_ID and BACKUP_SECRET_ACCESS_KEY, or log in by `pulumi login`",
  );
}
