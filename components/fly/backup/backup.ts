import * as pulumi from "@pulumi/pulumi";
import type { FlyBackupConfig } from "../../../config/schema/fly.ts";
import type { Database } from "../../chatwoot/database.ts";
import { backupApp } from "../app-names.ts";
import { App } from "../app.ts";
import { databaseEnvironment, databaseVariables } from "./database-environment.ts";
import { backupScript, backupSettings } from "./script.ts";
import { Secrets } from "../secrets.ts";
import { fingerprintOf, machineName } from "../../driver/backup-machine.ts";
import { driverStep } from "../../driver/resource.ts";
import type { ScheduledRunning } from "../../driver/scheduled-machine.ts";

export interface BackupArgs {
  /** Name of the app to back up. The machine runs in a separate app, whose name adds `-backup`. */
  app: string;
  organization: string;
  region: string;
  /** Chatwoot's image, which contains Ruby and a PostgreSQL client. */
  image: string;
  config: FlyBackupConfig;
  /** The database, with session connections: a transaction pooler cannot serve pg_dump. */
  database: Database;
  /** Keys of the bucket, with the rights to read, write, list and, for `keep`, delete. */
  accessKeyId: pulumi.Output<string>;
  secretAccessKey: pulumi.Output<string>;
  /** Keys the fingerprint of the secrets. */
  fingerprintKey: pulumi.Output<string>;
  /** What runs of its app before this run; undefined if nothing does. */
  running: ScheduledRunning | undefined;
}

/**
 * Dumps the database to a bucket, on a machine that Fly starts once per period. It also makes a dump when it is created
 * or its configuration changes, so that an error shows early. Removing it keeps the dumps.
 */
export class Backup extends pulumi.ComponentResource {
  constructor(name: string, args: BackupArgs, opts?: pulumi.ComponentResourceOptions) {
    super("chatwoot:fly:Backup", name, {}, opts);
    const appName = backupApp(args.app);
    const app = new App(name, { app: appName, organization: args.organization, holdsData: false }, { parent: this });
    const address = args.database.password.apply((password) => databaseEnvironment({ ...args.database, password }));
    const secrets: Record<string, pulumi.Output<string>> = {
      ...Object.fromEntries(databaseVariables.map((key) => [key, address[key]])),
      BACKUP_ACCESS_KEY_ID: args.accessKeyId,
      BACKUP_SECRET_ACCESS_KEY: args.secretAccessKey,
    };
    const settings = backupSettings(args.config, args.app);
    const machine = {
      app: appName,
      image: args.image,
      region: args.region,
      schedule: args.config.schedule,
      memoryMb: String(args.config.memoryMb),
      settings: JSON.stringify(settings),
      script: backupScript,
    };
    const scheduled = {
      running: args.running,
      region: args.region,
      machines: (secretsFingerprint: string) => ({ [machineName]: fingerprintOf({ ...machine, secretsFingerprint }) }),
    };
    const staged = new Secrets(
      `${name}-secrets`,
      { app: appName, secrets, retired: Object.keys(settings), fingerprintKey: args.fingerprintKey, scheduled },
      { parent: this, dependsOn: app },
    );
    driverStep(
      `${name}-machine`,
      "backup",
      {
        inputs: {
          APP: machine.app,
          IMAGE: machine.image,
          REGION: machine.region,
          SCHEDULE: machine.schedule,
          MEMORY_MB: machine.memoryMb,
          SETTINGS: machine.settings,
          SCRIPT: machine.script,
          SECRETS_FINGERPRINT: staged.fingerprint,
          REPAIR: staged.releaseRepair,
        },
        identity: ["APP"],
      },
      { parent: this, dependsOn: staged },
    );
    this.registerOutputs();
  }
}
