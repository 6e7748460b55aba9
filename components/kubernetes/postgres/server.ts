import type * as pulumi from "@pulumi/pulumi";
import type { Database } from "../../chatwoot/database.ts";
import type { MountedVolume } from "../mounted-volume.ts";

/** The database as Chatwoot's pods use it, whoever runs it. */
export interface DatabaseServer extends pulumi.Resource {
  /** Address for pods. */
  database: Database;
  /** `PGSSLROOTCERT`; undefined if the server is not verified. */
  authority: string | undefined;
  /** What every connecting pod mounts. */
  volumes: readonly MountedVolume[];
  /** The Secret with the password, by a name that is known in every preview; undefined if only Chatwoot's environment has it. */
  passwordSecret: { name: string; key: string } | undefined;
}
