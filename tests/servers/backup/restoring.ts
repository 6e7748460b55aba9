import { chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deployWithBackup, type Deployed } from "./deployed.ts";
import { fingerprint } from "./fingerprint.ts";
import { app, bucket, startBackup, startWorld, type World } from "./support.ts";

export const ownerPassword = "planted-owner-password";

export interface Restoring {
  world: World;
  staging: Deployed;
  /** Temporary files of a test; deleted at the end. */
  folder: string;
  /** The database's fingerprint at the time of the dump. */
  original: string[];
  /** The dump's file name, and an object of its folder in the bucket as a file. */
  dumpName(): string;
  object(name: string): string;
  /** Creates an empty database, and returns the superuser's address for it. */
  freshDatabase(name: string, owner?: string): Promise<string>;
  /** The address for a user without superuser rights. */
  ownerAddress(database: string): string;
  /** `ops restore` into this address; `programs` is a folder before the others on PATH. */
  restore(address: string, args?: string[], exit?: number, programs?: string): Promise<string>;
  /** A folder with a shell script that replaces a program; `$REAL` is the program itself. */
  program(name: string, script: string): string;
  stop(): Promise<void>;
}

/** Staging on a real database, with one dump of it in a real bucket. */
export async function startRestoring(): Promise<Restoring> {
  const world = await startWorld();
  const folder = mkdtempSync(join(tmpdir(), "restore-test-"));
  const [staging] = await Promise.all([deployWithBackup(world), startBackup(world)]);
  const { postgres, s3 } = world;
  const original = await fingerprint(postgres, "chatwoot");
  // As Supabase limits its roles: counting rows can exceed the role's timeout.
  await postgres.sql(
    `CREATE ROLE owner LOGIN PASSWORD '${ownerPassword}'; ALTER ROLE owner SET statement_timeout = '100ms'`,
    "postgres",
  );
  const object = (name: string): string => join(s3.bucketFolder(bucket), app, name);
  return {
    world,
    staging,
    folder,
    original,
    object,
    dumpName: () => readdirSync(object("")).find((name) => name.endsWith(".dump"))!,
    async freshDatabase(name, owner = "postgres") {
      await postgres.sql(`DROP DATABASE IF EXISTS ${name};`, "postgres");
      await postgres.sql(`CREATE DATABASE ${name} OWNER ${owner};`, "postgres");
      return postgres.address({ database: name });
    },
    ownerAddress: (database) => postgres.address({ database, username: "owner", password: ownerPassword }),
    restore: (address, args = [], exit = 0, programs) =>
      staging.ops(["restore", ...args], {
        exit,
        env: { RESTORE_DATABASE_URL: address },
        ...(programs === undefined ? {} : { programs }),
      }),
    program(name, script) {
      const place = mkdtempSync(join(folder, "programs-"));
      writeFileSync(join(place, name), `#!/bin/sh\nREAL=${join(postgres.binFolder, name)}\n${script}\n`);
      chmodSync(join(place, name), 0o755);
      return place;
    },
    async stop() {
      await staging.dispose();
      await world.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
