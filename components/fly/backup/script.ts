import { readFileSync } from "node:fs";
import { regionOf } from "../../../lib/s3-endpoint.ts";
import type { FlyBackupConfig } from "../../../config/schema/fly.ts";

const parts = ["start", "database", "upload", "retention", "run"];

/** The script of the machine, concatenated from its parts. */
export const backupScript = parts
  .map((part) => readFileSync(new URL(`script/${part}.rb`, import.meta.url), "utf8"))
  .join("\n");

/** The bucket and its options, as environment variables of the script. */
export function backupSettings(config: FlyBackupConfig, app: string): Record<string, string> {
  return {
    BACKUP_BUCKET: config.bucket,
    BACKUP_ENDPOINT: config.endpoint,
    BACKUP_REGION: regionOf(config),
    BACKUP_FORCE_PATH_STYLE: String(config.forcePathStyle),
    BACKUP_PREFIX: (config.prefix ?? app).replace(/^\/+|\/+$/g, ""),
    BACKUP_KEEP: String(config.keep),
  };
}
